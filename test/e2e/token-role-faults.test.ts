import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { expireTickets } from "../../lab/api/access/tickets.ts";
import { readCluster } from "../../lab/cluster-file.ts";
import { type Credentials, giveRoot } from "../../lab/connection.ts";
import { Lab } from "../../lab/lab.ts";
import { shipped } from "../../lab/shipped.ts";
import { differences, type State, stateOf } from "../../lab/state.ts";
import type { Workspace } from "../../setup/engine/workspace.ts";
import { bad, destroy, fixture, good, preview, up } from "../support/fixture.ts";
import { https } from "../support/https.ts";

const program = join(import.meta.dirname, "../fixture/programs/tokens");
const CI = {
  name: "ci",
  role: { name: "CiBackup", privileges: ["VM.Audit", "VM.Backup"] },
  user: { id: "ci@pve" },
  token: { name: "pipeline" },
  acl: [{ path: "/vms/101" }],
};

describe("token roles when things go wrong, through the engine,", () => {
  let lab: Lab;
  let root: Credentials;
  let asItWas: State;
  let stack: Workspace;
  const stacks: Workspace[] = [];
  const said: string[] = [];
  const folders: string[] = [];

  /** A stack of a project of its own, since what two stacks own is told apart by their URNs. */
  async function open(project = "tokens"): Promise<Workspace> {
    const folder = mkdtempSync(join(tmpdir(), "pve-ops-program-"));
    folders.push(folder);
    cpSync(program, folder, { recursive: true });
    const file = join(folder, "Pulumi.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("name: tokens", `name: ${project}`));
    const opened = await fixture({}, folder);
    stacks.push(opened);
    opened.configure({
      "pve:endpoint": lab.nodes.map(({ api }) => api),
      "pve:tokenId": "root@pam!lab",
      "pve:ca": lab.ca,
    });
    await good(opened.pulumi("config", "set", "--secret", "pve:tokenSecret", root.secret));
    return opened;
  }
  const hear = async (words: Promise<string>) => {
    said.push(await words);
    return said.at(-1) ?? "";
  };
  const declare = (...tokens: object[]) => stack.configure({ "pve-ops:tokens": tokens });
  const outputs = async (of = stack) => {
    const exported = JSON.parse(await good(of.pulumi("stack", "export", "--show-secrets")));
    const found = exported.deployment.resources.find(({ type }: { type: string }) => type.includes("ApiTokenRole"));
    return { id: String(found.outputs.tokenId), secret: String(JSON.parse(found.outputs.secret.plaintext)) };
  };
  const works = async ({ id, secret }: { id: string; secret: string }) => {
    const headers = { Authorization: `PVEAPIToken=${id}=${secret}` };
    const call = "GET /nodes/pve-ms01-01/qemu/101/config";
    return (await https(lab.nodes[0]?.api ?? "", call, {}, { ca: lab.ca, headers })).status;
  };
  const isAsItWas = () => expect(differences(asItWas, stateOf(lab.cluster))).to.deep.equal([]);

  beforeEach(async () => {
    const cluster = readCluster(shipped("homelab"));
    root = giveRoot(cluster);
    lab = await Lab.start(cluster);
    asItWas = stateOf(cluster);
    stack = await open();
    declare(CI);
  });
  afterEach(async () => {
    for (const one of stacks.splice(0)) one.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
    await lab.close();
  });

  it("a secret that is wrong stops a preview with what to look at, and nothing is lost", async () => {
    await good(up(stack));
    stack.configure({ "pve:tokenId": "root@pam!nobody" });
    expect(await hear(bad(preview(stack))))
      .to.include("PVE answered 401")
      .and.include("pve:tokenSecret");
    // Without the program, the engine goes by the config of the last time that it ran.
    const destroyed = () => stack.pulumi("destroy", "--yes", "--skip-preview", "--run-program");
    expect(await hear(bad(destroyed()))).to.include("PVE answered 401");
    stack.configure({ "pve:tokenId": "root@pam!lab" });
    await good(preview(stack, "--expect-no-changes"));
    await good(destroyed());
    isAsItWas();
  });

  for (const { status, message } of [
    { status: 500, message: "cfs-lock 'file-user_cfg' error: no such cluster node" },
    { status: 596, message: "Connection timed out" },
  ])
    it(`an answer ${status} in the middle leaves what the next up finishes, or destroy takes back`, async () => {
      const broken = () => lab.cluster.faults.calls({ verb: "PUT", path: "/access/acl", status, message, times: 1 });
      broken();
      const words = await hear(bad(up(stack)));
      expect(words).to.include(`PVE answered ${status} ${message}`).and.include("PUT /access/acl at https://");
      await good(up(stack));
      expect(await works(await outputs())).to.equal(200);
      await good(preview(stack, "--expect-no-changes"));
      await good(destroy(stack));
      isAsItWas();
      broken();
      await bad(up(stack));
      await good(destroy(stack));
      isAsItWas();
    });

  it("a certificate that changed between preview and up is refused with its fingerprint, until it is pinned", async () => {
    await good(preview(stack));
    for (const { name } of lab.nodes) await lab.changeCertificate(name, "other CA");
    lab.cluster.calls.clear();
    const words = await hear(bad(up(stack)));
    const seen = lab.nodes.map(({ fingerprint }) => fingerprint);
    expect(words).to.include("its certificate is not trusted").and.include(seen[0]);
    expect(lab.cluster.calls.size).to.equal(0);
    stack.configure({ "pve:fingerprint": seen });
    await good(up(stack));
    await good(destroy(stack));
    isAsItWas();
  });

  it("tickets that expire again and again do not stop an up by password", async () => {
    stack.configure({ "pve:username": "root@pam", "pve:tokenId": "" });
    await good(stack.pulumi("config", "rm", "pve:tokenSecret"));
    await good(stack.pulumi("config", "rm", "pve:tokenId"));
    await good(stack.pulumi("config", "set", "--secret", "pve:password", root.password));
    declare(...Array.from({ length: 8 }, (_, n) => ({ ...CI, name: `ci-${n}`, token: { name: `t${n}` } })));
    const again = setInterval(() => expireTickets(lab.cluster), 200);
    try {
      await hear(good(up(stack)));
    } finally {
      clearInterval(again);
    }
    expect(lab.cluster.calls.get("POST /access/ticket")).to.be.above(1);
    await good(preview(stack, "--expect-no-changes"));
    await good(destroy(stack));
    isAsItWas();
  });

  it("two stacks may share a role, not a token, and not with other privileges; the last one takes the role away", async () => {
    const other = await open("others");
    const theirs = { ...CI, name: "theirs", user: { id: "theirs@pve" } };
    await good(up(stack));
    other.configure({ "pve-ops:tokens": [{ ...CI, name: "theirs" }] });
    expect(await hear(bad(preview(other)))).to.include("belongs to urn:pulumi:lab::tokens::");
    other.configure({ "pve-ops:tokens": [{ ...theirs, role: { ...CI.role, privileges: ["VM.Audit"] } }] });
    expect(await hear(bad(preview(other))))
      .to.include("is shared with urn:pulumi:lab::tokens::")
      .and.include("- VM.Backup");
    other.configure({ "pve-ops:tokens": [theirs] });
    await good(up(other));
    await good(destroy(stack));
    expect(await works(await outputs(other))).to.equal(200);
    await good(preview(other, "--expect-no-changes"));
    await good(destroy(other));
    isAsItWas();
  });

  it("a saved plan applies, and is what up does; one from before another change of the config does not", async () => {
    const plan = join(stack.folder, "plan.json");
    await good(preview(stack, "--save-plan", plan));
    await good(up(stack, "--plan", plan));
    await good(preview(stack, "--expect-no-changes"));
    declare({ ...CI, rotate: { keepers: { quarter: "2" } } });
    await good(preview(stack, "--save-plan", plan));
    const first = await outputs();
    await good(up(stack, "--plan", plan));
    expect([await works(first), await works(await outputs())]).to.deep.equal([401, 200]);
    declare({ ...CI, acl: [{ path: "/vms/110" }] });
    await bad(up(stack, "--plan", plan));
    await good(destroy(stack));
    isAsItWas();
  });

  it("two tokens take turns, and no secret of either is told anywhere", async () => {
    const of = (quarter: string) => ({ ...CI, rotate: { keepers: { quarter }, overlap: "7d" } });
    const secrets: string[] = [];
    for (const quarter of ["1", "2", "3"]) {
      declare(of(quarter));
      await hear(good(preview(stack)));
      await hear(good(up(stack)));
      await hear(good(preview(stack, "--expect-no-changes")));
      const { id, secret } = await outputs();
      expect(id).to.equal(quarter === "2" ? "ci@pve!pipeline-b" : "ci@pve!pipeline");
      secrets.push(secret);
      expect(await works({ id, secret })).to.equal(200);
    }
    expect(new Set(secrets).size).to.equal(3);
    const told = (text: string) => secrets.some((secret) => text.includes(secret));
    expect(said.filter(told)).to.deep.equal([]);
    const files = readdirSync(stack.folder, { recursive: true, encoding: "utf8" })
      .map((file) => join(stack.folder, file))
      .filter((file) => statSync(file).isFile() && told(readFileSync(file, "latin1")));
    expect(files).to.deep.equal([]);
    await good(destroy(stack));
    isAsItWas();
  });
});
