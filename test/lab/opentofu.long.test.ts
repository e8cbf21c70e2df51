import { expect } from "chai";
import { readCluster } from "../../lab/cluster-file.ts";
import { giveRoot } from "../../lab/connection.ts";
import { Lab } from "../../lab/lab.ts";
import { shipped } from "../../lab/shipped.ts";
import { differences, stateOf } from "../../lab/state.ts";
import { ensureOpenTofu, type OpenTofu } from "../../setup/opentofu/opentofu.ts";
import { TofuWorkspace } from "../../setup/opentofu/workspace.ts";

/** What somebody would declare: rights for a robot, a team with a pool, a realm, and what is backed up, when and where. */
const PROGRAM = `
terraform {
  required_providers {
    proxmox = { source = "bpg/proxmox" }
  }
}

provider "proxmox" {}

resource "proxmox_virtual_environment_role" "robot" {
  role_id    = "Robot"
  privileges = ["VM.Audit", "VM.Backup", "Datastore.AllocateSpace"]
}

resource "proxmox_virtual_environment_group" "team" {
  group_id = "team"
  comment  = "people: and robots"
}

resource "proxmox_virtual_environment_user" "robot" {
  user_id         = "robot@pve"
  comment         = "für Tests"
  password        = "a-strong-password"
  email           = "robot@example.com"
  groups          = [proxmox_virtual_environment_group.team.group_id]
  expiration_date = "2034-01-01T22:00:00Z"
}

resource "proxmox_virtual_environment_user_token" "ci" {
  user_id               = proxmox_virtual_environment_user.robot.user_id
  token_name            = "ci"
  comment               = "made by OpenTofu"
  expiration_date       = "2033-01-01T22:00:00Z"
  privileges_separation = true
}

resource "proxmox_virtual_environment_acl" "user" {
  user_id   = proxmox_virtual_environment_user.robot.user_id
  role_id   = proxmox_virtual_environment_role.robot.role_id
  path      = "/vms/101"
  propagate = true
}

resource "proxmox_virtual_environment_acl" "token" {
  token_id = proxmox_virtual_environment_user_token.ci.id
  role_id  = proxmox_virtual_environment_role.robot.role_id
  path     = "/vms/101"
}

resource "proxmox_virtual_environment_acl" "team" {
  group_id = proxmox_virtual_environment_group.team.group_id
  role_id  = "PVEAuditor"
  path     = "/"
}

resource "proxmox_virtual_environment_pool" "pool" {
  pool_id = "pool"
  comment = "COMMENT"
}

resource "proxmox_virtual_environment_pool_membership" "vm" {
  pool_id = proxmox_virtual_environment_pool.pool.id
  vm_id   = 102
}

resource "proxmox_virtual_environment_realm_openid" "sso" {
  realm      = "sso"
  issuer_url = "https://sso.example"
  client_id  = "pve"
  comment    = "single sign-on"
}

resource "proxmox_virtual_environment_storage_directory" "extra" {
  id      = "extra"
  path    = "/mnt/extra"
  content = ["backup", "iso"]
}

resource "proxmox_backup_job" "nightly" {
  id             = "nightly"
  schedule       = "mon..fri 02:30"
  storage        = proxmox_virtual_environment_storage_directory.extra.id
  pool           = proxmox_virtual_environment_pool.pool.id
  mode           = "snapshot"
  compress       = "zstd"
  notes_template = "{{guestname}} COMMENT"
  prune_backups  = { "keep-last" = "3", "keep-weekly" = "4" }
  fleecing       = { enabled = true, storage = "extra" }
  performance    = { max_workers = 2 }
}

resource "proxmox_backup_job" "weekly" {
  id       = "weekly"
  schedule = "sat 04:00"
  storage  = "local"
  vmid     = ["101", "102"]
  enabled  = false
}

data "proxmox_backup_jobs" "all" {
  depends_on = [proxmox_backup_job.nightly, proxmox_backup_job.weekly]
}
data "proxmox_virtual_environment_version" "version" {}
data "proxmox_virtual_environment_nodes" "nodes" {}

output "release" { value = data.proxmox_virtual_environment_version.version.release }
output "nodes" { value = data.proxmox_virtual_environment_nodes.nodes.names }
output "jobs" { value = [for job in data.proxmox_backup_jobs.all.jobs : job.id] }
output "secret" {
  value     = proxmox_virtual_environment_user_token.ci.value
  sensitive = true
}
`;

describe("OpenTofu with bpg's provider", function () {
  this.timeout(30 * 60_000);
  let programs: OpenTofu;
  let lab: Lab;
  let workspace: TofuWorkspace;

  before(async () => {
    programs = await ensureOpenTofu(() => {});
  });
  afterEach(async () => {
    await lab?.close();
    workspace?.close();
  });

  for (const release of ["8.4", "9.2"] as const)
    for (const by of ["a token", "a password"])
      it(`applies, finds nothing to do, changes and destroys on ${release} with ${by}, unchanged`, async () => {
        const cluster = readCluster(shipped("single"), { release });
        const { password, secret } = giveRoot(cluster);
        lab = await Lab.start(cluster);
        const login =
          by === "a token"
            ? { PROXMOX_VE_API_TOKEN: `root@pam!lab=${secret}` }
            : { PROXMOX_VE_USERNAME: "root@pam", PROXMOX_VE_PASSWORD: password };
        workspace = new TofuWorkspace(programs, { endpoint: lab.nodes[0]?.api ?? "", ca: lab.ca, login });
        workspace.write("main.tf", PROGRAM.replaceAll("COMMENT", "first"));
        const tofu = async (...args: string[]) => {
          const { code, stdout, stderr } = await workspace.tofu(args);
          return { code, said: stdout + stderr, stdout };
        };
        const before = stateOf(cluster);

        const applied = await tofu("apply", "-auto-approve");
        expect(applied.code, applied.said).to.equal(0);
        const { stdout } = await tofu("output", "-json");
        const { release: seen, nodes, jobs } = JSON.parse(stdout);
        expect([seen.value, nodes.value]).to.deep.equal([release, ["demo-felhom"]]);
        expect(jobs.value).to.have.members(["nightly", "weekly"]);

        const again = await tofu("plan", "-detailed-exitcode");
        expect(again.code, again.said).to.equal(0);

        workspace.write("main.tf", PROGRAM.replaceAll("COMMENT", "second"));
        const changed = await tofu("apply", "-auto-approve");
        expect(changed.said).to.include("0 added, 2 changed, 0 destroyed");
        expect(cluster.access.pools.get("pool")?.comment).to.equal("second");
        expect(cluster.jobs.get("nightly")?.get("notes-template")).to.deep.equal(["{{guestname}} second"]);

        const destroyed = await tofu("destroy", "-auto-approve");
        expect(destroyed.code, destroyed.said).to.equal(0);
        expect(differences(before, stateOf(cluster))).to.deep.equal([]);
      });
});
