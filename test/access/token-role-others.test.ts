import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { OnLab } from "../support/on-lab.ts";
import { openTokenRoles } from "../support/token-roles.ts";

const CI = {
  role: { name: "CiBackup", privileges: ["VM.Audit", "VM.Backup"] },
  user: { id: "ci@pve" },
  token: { name: "pipeline" },
  acl: [{ path: "/vms/101" }],
};
const ALICE = { ...CI, user: { id: "alice@pve" } };
const SEE = { name: "CiSee", privileges: ["VM.Audit"] };

describe("what belongs to others, beside a token role,", () => {
  let roles: OnLab;
  beforeEach(async () => {
    roles = await openTokenRoles();
    const { users } = roles.lab.cluster.access;
    users.set("alice@pve", { enable: true, expire: 0, comment: "a person", tokens: new Map() });
    roles.remember();
  });
  afterEach(() => roles.close());
  const access = () => roles.byHand.access;
  const grant = (id: string, path: string, role: string, { kind = "user", propagate = true }: Partial<Kind> = {}) => {
    access().acl.push({ path, kind, id, role, propagate });
    roles.remember();
  };
  type Kind = { kind: "user" | "group"; propagate: boolean };
  const entries = (id: string) =>
    access().acl.flatMap((entry) => (entry.id === id ? [`${entry.path} ${entry.role} ${entry.propagate}`] : []));
  const failure = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => expect.fail("it did not fail"),
      (thrown: Error) => thrown.message,
    );

  /** What is written into the report meanwhile. */
  const found = async (work: () => Promise<unknown>): Promise<string[]> => {
    const folder = mkdtempSync(join(tmpdir(), "pve-ops-report-"));
    process.env["PVE_OPS_REPORT"] = join(folder, "report.jsonl");
    try {
      writeFileSync(process.env["PVE_OPS_REPORT"], "");
      await work();
      const lines = readFileSync(process.env["PVE_OPS_REPORT"], "utf8").split("\n").filter(Boolean);
      return lines.map((line) => JSON.parse(line)).map(({ code, message }) => `${code}: ${message}`);
    } finally {
      delete process.env["PVE_OPS_REPORT"];
      rmSync(folder, { recursive: true, force: true });
    }
  };

  it("needs no entry of the user where the user may all of it anyway, and keeps them whole", async () => {
    grant("alice@pve", "/", "Administrator");
    const made = await roles.make("ci", ALICE);
    expect(entries("alice@pve")).to.deep.equal(["/ Administrator true"]);
    expect(await roles.may("alice@pve!pipeline", made["secret"], "/vms/101")).to.deep.equal(["VM.Audit", "VM.Backup"]);
    await roles.remove("ci", made);
    expect(roles.left()).to.deep.equal([]);
  });

  for (const { what, role, path, more } of [
    { what: "from above", role: "PVEAuditor", path: "/", more: {} },
    { what: "by a group on the same path", role: "PVESysAdmin", path: "/vms/101", more: { kind: "group" } },
  ] as const)
    it(`is not hidden by a nearer entry of the user's own where they have rights ${what}, unless forced`, async () => {
      access().groups.set("ops", { members: new Set(["alice@pve"]), comment: "" });
      grant(what === "from above" ? "alice@pve" : "ops", path, role, more);
      expect(await failure(roles.make("ci", ALICE))).to.include("alice@pve would lose rights");
      expect(roles.left()).to.deep.equal([]);
      const made = await roles.make("ci", { ...ALICE, force: true });
      await roles.remove("ci", made);
      expect(roles.left()).to.deep.equal([]);
    });

  it("what a user who is there says of themselves is not written over, unless forced", async () => {
    const mine = { ...ALICE, user: { id: "alice@pve", comment: "a robot" } };
    expect(await failure(roles.preview("ci", mine))).to.include('alice@pve is there already, with "a person"');
    await roles.preview("ci", { ...mine, force: true });
    await roles.preview("ci", { ...mine, user: { id: "alice@pve", comment: "a person" } });
  });

  it("an entry that was there stays when the token goes, and is not made another", async () => {
    grant("alice@pve", "/vms/101", "PVEVMAdmin");
    const used = { ...ALICE, role: { name: "PVEVMAdmin" } };
    const made = await roles.make("ci", used);
    await roles.remove("ci", made);
    expect(roles.left()).to.deep.equal([]);
    const below = { ...used, acl: [{ path: "/vms/101", propagate: false }] };
    const second = await roles.make("ci", below);
    expect(entries("alice@pve")).to.deep.equal(["/vms/101 PVEVMAdmin true"]);
    await roles.remove("ci", second);
    expect(roles.left()).to.deep.equal([]);
  });

  it("an entry that does not go on below is not made one that does", async () => {
    grant("alice@pve", "/vms", "PVEVMAdmin", { propagate: false });
    const used = { ...ALICE, role: { name: "PVEVMAdmin" }, acl: [{ path: "/vms" }] };
    expect(await failure(roles.make("ci", used))).to.include("here propagate says otherwise");
  });

  it("a role that somebody else holds stays: a user on another path, a group, another user", async () => {
    for (const [id, kind] of [
      ["alice@pve", "user"],
      ["ops", "group"],
      ["metrics@pve", "user"],
    ] as const) {
      const made = await roles.make("ci", ALICE);
      access().acl.push({ path: "/vms/110", kind, id, role: "CiBackup", propagate: true });
      await roles.remove("ci", made);
      expect(access().roles.has("CiBackup"), id).to.equal(true);
      expect(entries(id)).to.include("/vms/110 CiBackup true");
      access().acl.pop();
      access().roles.delete("CiBackup");
    }
  });

  it("those who hold a role of ours by hand are named in a preview that would change it, for the gate", async () => {
    const made = await roles.make("ci", CI);
    access().acl.push({ path: "/vms/110", kind: "user", id: "alice@pve", role: "CiBackup", propagate: true });
    const wider = { ...CI, role: { name: "CiBackup", privileges: ["VM.Audit", "VM.Backup", "VM.PowerMgmt"] } };
    expect(await found(() => roles.preview("ci", CI, made))).to.deep.equal([]);
    expect(await found(() => roles.preview("ci", wider, made))).to.deep.equal([
      "role-held-by-others: The role CiBackup would change, and others hold it too (/vms/110: CiBackup for alice@pve, and below).",
    ]);
  });

  it("a user whom somebody made a person of stays", async () => {
    for (const change of [
      () => access().groups.set("ops", { members: new Set(["ci@pve"]), comment: "" }),
      () => Object.assign(access().users.get("ci@pve") ?? {}, { email: "ci@example.org" }),
    ]) {
      const made = await roles.make("ci", CI);
      change();
      await roles.remove("ci", made);
      expect(access().users.get("ci@pve")?.comment ?? "").to.equal("");
      expect(access().users.has("ci@pve")).to.equal(true);
      access().users.delete("ci@pve");
      access().groups.delete("ops");
    }
  });

  it("nothing is taken by who does not see all of it", async () => {
    const { users, acl } = access();
    users.set("small@pve", { enable: true, expire: 0, comment: "", tokens: new Map() });
    users.get("small@pve")?.tokens.set("ops", { privsep: false, expire: 0 });
    access().roles.set("Small", new Set(["Sys.Modify", "User.Modify", "Realm.AllocateUser", "Permissions.Modify"]));
    acl.push({ path: "/", kind: "user", id: "small@pve", role: "Small", propagate: true });
    roles.lab.cluster.tokenSecrets.set("small@pve!ops", "s");
    roles.as({ id: "small@pve!ops", secret: "s" });
    expect(await failure(roles.make("ci", CI))).to.include("lacks Sys.Audit on /access");
    access().roles.get("Small")?.add("Sys.Audit");
    roles.as({ id: "small@pve!ops", secret: "s" });
    const made = await roles.make("ci", CI);
    access().roles.get("Small")?.delete("Sys.Audit");
    expect(await failure(roles.remove("ci", made))).to.include("lacks Sys.Audit on /access");
  });

  it("several token roles of one role, made and removed at once, get along, whoever their users are", async () => {
    const names = ["a", "b", "c", "d"];
    const of = (name: string) => ({
      ...CI,
      user: { id: `${name === "d" ? "a" : name}@pve` },
      token: { name: `t-${name}` },
    });
    const made = await Promise.all(names.map((name) => roles.make(name, of(name))));
    for (const [n, name] of names.entries())
      expect(await roles.may(String(made[n]?.["tokenId"]), made[n]?.["secret"], "/vms/101"), name).to.deep.equal([
        "VM.Audit",
        "VM.Backup",
      ]);
    await Promise.all(names.map((name, n) => roles.remove(name, made[n] ?? {})));
    expect(roles.left()).to.deep.equal([]);
  });

  it("one made while another of the same role goes keeps its rights", async () => {
    const first = await roles.make("first", CI);
    const other = { ...CI, user: { id: "other@pve" } };
    const inputs = await roles.preview("second", other);
    const [second] = await Promise.all([roles.make("second", other), roles.remove("first", first)]);
    expect(inputs).to.have.property("objects");
    expect(await roles.may("other@pve!pipeline", second["secret"], "/vms/101")).to.deep.equal([
      "VM.Audit",
      "VM.Backup",
    ]);
  });

  it("a sibling that is not separated keeps what it has by the user's entry", async () => {
    const whole = { ...CI, token: { name: "whole", privsep: false } };
    const [first, second] = [await roles.make("first", CI), await roles.make("second", whole)];
    await roles.remove("first", first);
    expect(await roles.may("ci@pve!whole", second["secret"], "/vms/101")).to.deep.equal(["VM.Audit", "VM.Backup"]);
    await roles.remove("second", second);
    expect(roles.left()).to.deep.equal([]);
  });

  it("a sibling's rights are not narrowed by another role of the same user nearer or farther", async () => {
    const wide = { ...CI, acl: [{ path: "/vms" }] };
    const near = { ...CI, role: SEE, token: { name: "near" } };
    const first = await roles.make("first", wide);
    expect(await failure(roles.make("second", near))).to.include("what is nearer replaces what is farther away");
    await roles.remove("first", first);
    const second = await roles.make("second", near);
    expect(await failure(roles.make("first", wide))).to.include("what is nearer replaces");
    await roles.remove("second", second);
    expect(roles.left()).to.deep.equal([]);
  });

  it("both of two roles on the same path hold for their own token alone", async () => {
    const first = await roles.make("first", CI);
    const second = await roles.make("second", { ...CI, role: SEE, token: { name: "near" } });
    expect(await roles.may("ci@pve!pipeline", first["secret"], "/vms/101")).to.deep.equal(["VM.Audit", "VM.Backup"]);
    expect(await roles.may("ci@pve!near", second["secret"], "/vms/101")).to.deep.equal(["VM.Audit"]);
    await roles.remove("first", first);
    expect(await roles.may("ci@pve!near", second["secret"], "/vms/101")).to.deep.equal(["VM.Audit"]);
    await roles.remove("second", second);
    expect(roles.left()).to.deep.equal([]);
  });

  for (const comment of ["[pve-ops token=x1 role=b made= of=100%]", "[pve-ops of=100%]", "[pve-ops]"])
    it(`a comment like ${comment} on somebody's token is theirs`, async () => {
      access().users.get("alice@pve")?.tokens.set("x1", { privsep: true, expire: 0, comment });
      roles.remember();
      await roles.remove("ci", await roles.make("ci", CI));
      expect(roles.left()).to.deep.equal([]);
    });

  it("a role is not taken for ours because somebody says so beside a token of their own", async () => {
    access().roles.set("Shared", new Set(["VM.Audit"]));
    const note = "[pve-ops token=tt role=Shared made=role no=1 since=1 of=urn:x]";
    access().users.get("alice@pve")?.tokens.set("tt", { privsep: true, expire: 0, comment: note });
    roles.remember();
    const made = await roles.make("ci", { ...CI, role: { name: "Shared", privileges: ["VM.Audit"] } });
    access().users.get("alice@pve")?.tokens.delete("tt");
    roles.remember();
    await roles.remove("ci", made);
    expect(access().roles.has("Shared")).to.equal(true);
  });

  it("another stack's token is refused by name, and so is removing it", async () => {
    const made = await roles.make("ci", CI);
    expect(await failure(roles.make("other", CI))).to.include("belongs to urn:pulumi:dev::proj::");
    const stolen = { ...made, owner: "proj/prod/ci" };
    expect(await failure(roles.remove("ci", stolen))).to.include("belongs to");
    await roles.remove("ci", made);
    expect(roles.left()).to.deep.equal([]);
  });
});
