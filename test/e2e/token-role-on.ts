import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { printUserConfig } from "../../lab/access/user-config.ts";
import { readCluster } from "../../lab/cluster-file.ts";
import { giveRoot } from "../../lab/connection.ts";
import { Lab } from "../../lab/lab.ts";
import type { Release } from "../../lab/schema/schema.ts";
import { shipped } from "../../lab/shipped.ts";
import { differences, type State, stateOf as stateOfCluster } from "../../lab/state.ts";
import type { Workspace } from "../../setup/engine/workspace.ts";
import { bad, destroy, fixture, good, preview, refresh, up } from "../support/fixture.ts";
import { https } from "../support/https.ts";

const program = join(import.meta.dirname, "../fixture/programs/tokens");

const CI = {
  name: "ci",
  role: { name: "CiBackup", privileges: ["VM.Audit", "VM.Backup"] },
  user: { id: "ci@pve", comment: "the pipeline" },
  token: { name: "pipeline", comment: "backs up" },
  acl: [{ path: "/vms/101" }, { path: "/storage/backups", propagate: false }],
};
const OTHER = {
  ...CI,
  name: "other",
  token: { name: "second" },
  acl: [{ path: "/vms/101" }],
};

const isDebug = (line: string) => line.includes('"severity":"debug"');

/** A token role on a release, all the way through the engine; each of these calls is refused once. */
export const tokenRoleOn = (release: Release, calls: readonly string[]): void => {
  describe(`a token role on ${release}, all the way through the engine,`, () => {
    let stack: Workspace;
    let lab: Lab;
    let asItWas: State;
    const said: string[] = [];
    const secrets: string[] = [];

    before(async () => {
      const cluster = readCluster(shipped("homelab"), { release });
      const { secret } = giveRoot(cluster);
      secrets.push(secret);
      lab = await Lab.start(cluster);
      asItWas = stateOfCluster(cluster);
      stack = await fixture({ PVE_OPS_REPORT: "report.jsonl", PULUMI_DEBUG_COMMANDS: "true" }, program);
      stack.configure({
        "pve:endpoint": lab.nodes.map(({ api }) => api),
        "pve:tokenId": "root@pam!lab",
        "pve:ca": lab.ca,
      });
      await good(stack.pulumi("config", "set", "--secret", "pve:tokenSecret", secret));
      declare(CI);
    });
    after(async () => {
      stack?.close();
      await lab?.close();
    });

    const hear = async (words: Promise<string>) => {
      said.push(await words);
      return said.at(-1) ?? "";
    };
    const declare = (...tokens: object[]) => stack.configure({ "pve-ops:tokens": tokens });
    const userConfig = () => printUserConfig(lab.cluster.access);
    const secretOf = async (resource = "ci"): Promise<string> => {
      const exported = JSON.parse(await good(stack.pulumi("stack", "export", "--show-secrets")));
      const found = exported.deployment.resources.find(({ id }: { id?: string }) => id?.endsWith(`/${resource}`));
      secrets.push(JSON.parse(found.outputs.secret.plaintext));
      return secrets.at(-1) ?? "";
    };
    const asToken = async (secret: string, call: string) => {
      const headers = { Authorization: `PVEAPIToken=ci@pve!pipeline=${secret}` };
      return (await https(lab.nodes[0]?.api ?? "", call, {}, { ca: lab.ca, headers })).status;
    };
    const VM = "GET /nodes/pve-ms01-01/qemu/101/config";

    it("is shown whole by preview, which changes nothing", async () => {
      const shown = await hear(good(preview(stack)));
      for (const words of [
        "/access/roles/CiBackup",
        "VM.Backup",
        "/access/users/ci@pve/token/pipeline",
        "/access/acl?path=/vms/101&roles=CiBackup&tokens=ci@pve!pipeline",
        "/access/acl?path=/storage/backups&roles=CiBackup&users=ci@pve",
        "value 1, which is told once",
      ])
        expect(shown).to.include(words);
      expect(differences(asItWas, stateOfCluster(lab.cluster))).to.deep.equal([]);
    });

    it("is made by up; the token may what it was given and no more; then there is nothing to do", async () => {
      await hear(good(up(stack, "--event-log", join(stack.folder, "events.json"))));
      const secret = await secretOf();
      expect(await asToken(secret, VM)).to.equal(200);
      expect(await asToken(secret, VM.replace("101", "110"))).to.equal(403);
      expect(userConfig()).to.include("role:CiBackup:VM.Audit,VM.Backup:\n");
      await hear(good(preview(stack, "--expect-no-changes")));
    });

    it("sees drift of each part after a refresh, and mends it", async () => {
      const { access } = lab.cluster;
      const secret = await secretOf();
      access.roles.get("CiBackup")?.add("VM.PowerMgmt");
      access.acl.splice(
        access.acl.findIndex(({ id, path }) => id === "ci@pve!pipeline" && path === "/vms/101"),
        1,
      );
      const user = access.users.get("ci@pve");
      if (user) user.comment = "somebody's words";
      const whole = userConfig();
      await hear(good(refresh(stack)));
      expect(userConfig()).to.equal(whole);
      const shown = await hear(good(preview(stack)));
      expect(shown)
        .to.include("VM.PowerMgmt")
        .and.include("somebody's words")
        .and.include("path=/vms/101&roles=CiBackup&tokens=ci@pve!");
      await hear(good(up(stack)));
      expect(access.roles.get("CiBackup")?.has("VM.PowerMgmt")).to.equal(false);
      expect(await secretOf()).to.equal(secret);
      expect(await asToken(secret, VM)).to.equal(200);
    });

    it("is changed in place: another role, other paths, an expiry, and the secret stays", async () => {
      const secret = await secretOf();
      declare({
        ...CI,
        role: { name: "CiSnapshot", privileges: ["VM.Audit", "VM.Snapshot"] },
        token: { ...CI.token, expire: "2035-01-01" },
        acl: [{ path: "/vms" }],
      });
      expect(await hear(good(preview(stack)))).to.include("~ pulumi-nodejs:dynamic/pve:ApiTokenRole: (update)");
      await hear(good(up(stack)));
      expect(userConfig()).to.not.include("CiBackup");
      expect(userConfig()).to.include("acl:1:/vms:ci@pve,ci@pve!pipeline:CiSnapshot:\n").and.not.include("/vms/101:ci");
      expect(lab.cluster.access.users.get("ci@pve")?.tokens.get("pipeline")?.expire).to.equal(2_051_222_400);
      expect(await secretOf()).to.equal(secret);
      await hear(good(preview(stack, "--expect-no-changes")));
      declare(CI);
      await hear(good(up(stack)));
    });

    it("gets another secret when one of its keepers changes, and the old one is good for nothing", async () => {
      const old = await secretOf();
      declare({ ...CI, rotate: { keepers: { quarter: "2027-1" } } });
      await hear(good(up(stack)));
      const secret = await secretOf();
      expect(secret).to.not.equal(old);
      expect([await asToken(old, VM), await asToken(secret, VM)]).to.deep.equal([401, 200]);
      await hear(good(preview(stack, "--expect-no-changes")));
      declare(CI);
      await hear(good(up(stack)));
    });

    it("shares its role and user with another, and the last one takes them away", async () => {
      declare(CI, OTHER);
      await hear(good(up(stack)));
      declare(OTHER);
      await hear(good(up(stack)));
      expect(userConfig()).to.include("role:CiBackup:").and.include("user:ci@pve:").and.not.include("ci@pve!pipeline");
      expect(userConfig()).to.include("acl:1:/vms/101:ci@pve,ci@pve!second:CiBackup:");
      declare(CI);
      await hear(good(up(stack)));
      expect(userConfig()).to.include("role:CiBackup:").and.not.include("second");
      await good(destroy(stack));
    });

    for (const call of calls)
      it(`is finished by the next run when ${call} was refused`, async () => {
        const [verb, path] = call.split(" ");
        lab.cluster.faults.calls({
          verb: verb === "PUT" ? "PUT" : "POST",
          path,
          status: 403,
          message: "Permission check failed (/access, Sys.Modify)",
          times: 1,
        });
        expect(await hear(bad(up(stack)))).to.include("needs Sys.Modify on /access");
        await hear(good(up(stack)));
        expect(await asToken(await secretOf(), VM)).to.equal(200);
        await hear(good(preview(stack, "--expect-no-changes")));
        await hear(good(destroy(stack)));
        expect(differences(asItWas, stateOfCluster(lab.cluster))).to.deep.equal([]);
      });

    it("leaves no orphan when the connection was lost after the token was made", async () => {
      lab.cluster.faults.calls({ path: "/access/users/*/token/*", drop: "unanswered", times: 1 });
      expect(await hear(bad(up(stack)))).to.include("the connection ended before the answer came");
      await hear(good(up(stack)));
      const tokens = [...(lab.cluster.access.users.get("ci@pve")?.tokens.keys() ?? [])];
      expect(tokens).to.deep.equal(["pipeline"]);
      expect(await asToken(await secretOf(), VM)).to.equal(200);
    });

    for (const { what, args, words } of [
      {
        what: "a privilege that is misspelt",
        args: { role: { name: "X", privileges: ["VM.Adit"] } },
        words: "did you mean VM.Audit?",
      },
      {
        what: "a token that somebody else made",
        args: { user: { id: "metrics@pve" }, token: { name: "exporter" } },
        words: "nobody knows its value any more",
      },
    ])
      it(`is refused by preview with ${what}`, async () => {
        declare({ ...CI, name: "wrong", token: { name: "wrong" }, ...args });
        expect(await hear(bad(preview(stack)))).to.include(words);
      });

    if (release === "9.2")
      it("names what took the place of VM.Monitor", async () => {
        declare({ ...CI, name: "wrong", token: { name: "wrong" }, role: { name: "X", privileges: ["VM.Monitor"] } });
        expect(await hear(bad(preview(stack)))).to.include("VM.GuestAgent.Audit (to see)");
      });

    it("warns in every preview of a connection that trusts anybody", async () => {
      declare(CI);
      stack.configure({ "pve:insecure": true });
      const shown = await hear(good(preview(stack)));
      expect(shown).to.include(
        "pve:insecure is on: whoever stands between here and the cluster reads and changes all of this.",
      );
      stack.configure({ "pve:insecure": false });
      expect(await hear(good(preview(stack)))).to.not.include("pve:insecure is on");
    });

    it("asks the cluster at most six times in a preview, however many there are", async () => {
      declare(...Array.from({ length: 20 }, (_, n) => ({ ...CI, name: `many-${n}`, token: { name: `t${n}` } })));
      lab.cluster.calls.clear();
      await hear(good(preview(stack)));
      expect([...lab.cluster.calls.values()].reduce((sum, count) => sum + count, 0)).to.be.at.most(6);
      declare(CI);
    });

    it("is gone when it is destroyed, and the cluster is as it was", async () => {
      await hear(good(destroy(stack)));
      expect(differences(asItWas, stateOfCluster(lab.cluster))).to.deep.equal([]);
    });

    it("has told no secret: not in output, state, event log, report or any file of the run", () => {
      const files = readdirSync(stack.folder, { recursive: true, encoding: "utf8" })
        .map((file) => join(stack.folder, file))
        .filter((file) => statSync(file).isFile());
      expect(secrets.length).to.be.above(5);
      const told = (text: string) => [...new Set(secrets)].some((secret) => text.includes(secret));
      expect(said.filter(told)).to.deep.equal([]);
      // Pulumi's own SDK writes each answer of the engine into its debug log, secrets in the clear: docs/index.md says so.
      const text = (file: string) =>
        readFileSync(file, "latin1")
          .split("\n")
          .filter((line) => !isDebug(line))
          .join("\n");
      expect(files.filter((file) => told(text(file)))).to.deep.equal([]);
    });
  });
};
