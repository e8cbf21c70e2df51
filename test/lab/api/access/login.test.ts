import { expect } from "chai";
import { Clock } from "../../../../lab/clock.ts";
import { newCluster } from "../../../../lab/cluster.ts";
import { asHolderOf, type LabClient, labClient, nobody, ROOT_PASSWORD } from "../../../support/lab-client.ts";

const LOGIN = "POST /access/ticket";
const FAILED = { data: null, message: "authentication failure\n" };

describe("a login", () => {
  let clock: Clock;
  let client: LabClient;

  beforeEach(async () => {
    clock = new Clock(1_800_000_000_000);
    clock.stop();
    client = await labClient(newCluster("lab", [{ name: "pve1", release: "9.2" }], { clock }));
    await client.told("POST /access/roles", { roleid: "Backup", privs: "VM.Backup" });
    await client.told("POST /access/users", { userid: "joe@pve", password: "joes-password" });
    await client.told("PUT /access/acl", { path: "/vms/100", roles: "Backup", users: "joe@pve" });
  });
  afterEach(() => client.close());

  it("tells what the web interface is to show, and the cluster's name to who may see it", async () => {
    const joe = Object(await client.told(LOGIN, { username: "joe@pve", password: "joes-password" }, nobody));
    expect([joe.username, joe.cap.vms, joe.cap.nodes, "clustername" in joe]).to.deep.equal([
      ...["joe@pve", { "VM.Backup": 1 }, {}, false],
    ]);
    const root = Object(await client.told(LOGIN, { username: "root@pam", password: ROOT_PASSWORD }, nobody));
    expect([root.clustername, root.cap.nodes["Sys.PowerMgmt"]]).to.deep.equal(["lab", 1]);
  });

  it("by GET is nothing, and open to anybody", async () => {
    expect(await client.told("GET /access/ticket", {}, nobody)).to.equal(null);
  });

  it("takes a ticket in place of a password, and root's for everybody", async () => {
    const root = Object(await client.told(LOGIN, { username: "root@pam", password: ROOT_PASSWORD }, nobody));
    const joe = Object(await client.told(LOGIN, { username: "joe@pve", password: root.ticket }, nobody));
    expect(await client.told("GET /access/permissions", { path: "/vms/100" }, asHolderOf(joe))).to.deep.equal({
      "/vms/100": { "VM.Backup": 1 },
    });
    const again = await client.ask(LOGIN, { username: "root@pam", password: joe.ticket }, nobody);
    expect([again.status, again.body]).to.deep.equal([401, FAILED]);
  });

  it("with a path and privileges says whether somebody has them, and makes no ticket", async () => {
    const asked = { username: "joe@pve", password: "joes-password", path: "vms/100/", privs: "VM.Backup" };
    const { cap, ...told } = Object(await client.told(LOGIN, asked, nobody));
    expect(told).to.deep.equal({ username: "joe@pve" });
    expect(cap.vms).to.deep.equal({ "VM.Backup": 1 });
  });

  it("does not look at the case of names where its realm does not", async () => {
    await client.told("POST /access/domains", {
      ...{ realm: "corp", type: "ad", server1: "ad.example.org", domain: "example.org", "case-sensitive": 0 },
    });
    await client.told("POST /access/users", { userid: "Joe@corp" });
    const again = await client.ask("POST /access/users", { userid: "JOE@corp" });
    expect(again.reason).to.equal("create user failed: user 'Joe@corp' already exists");
    const root = Object(await client.told(LOGIN, { username: "root@pam", password: ROOT_PASSWORD }, nobody));
    const joe = Object(await client.told(LOGIN, { username: "joe", realm: "corp", password: root.ticket }, nobody));
    expect(joe.username).to.equal("Joe@corp");
  });

  for (const { who, params, prepare } of [
    { who: "a wrong password", params: { username: "joe@pve", password: "wrong" } },
    { who: "an empty password", params: { username: "joe@pve", password: "" } },
    { who: "a user that is not there", params: { username: "jim@pve", password: "joes-password" } },
    { who: "a name with its realm twice", params: { username: "joe@pve", realm: "pve", password: "joes-password" } },
    { who: "a realm that is not there", params: { username: "joe@none", password: "joes-password" } },
    {
      who: "a user of a directory",
      params: { username: "ann@corp", password: "anns-password" },
      prepare: async (client: LabClient) => {
        const server = { server1: "ad.example.org", domain: "example.org" };
        await client.told("POST /access/domains", { realm: "corp", type: "ad", ...server });
        await client.told("POST /access/users", { userid: "ann@corp" });
      },
    },
    {
      who: "a user who is disabled",
      params: { username: "joe@pve", password: "joes-password" },
      prepare: (client: LabClient) => client.told("PUT /access/users/joe@pve", { enable: 0 }),
    },
    {
      who: "a user whose time is over",
      params: { username: "joe@pve", password: "joes-password" },
      prepare: (client: LabClient) => client.told("PUT /access/users/joe@pve", { expire: 1_799_999_999 }),
    },
    {
      who: "a privilege that is not held",
      params: { username: "joe@pve", password: "joes-password", path: "/vms/100", privs: "VM.Audit" },
    },
    {
      who: "a path that is none",
      params: { username: "joe@pve", password: "joes-password", path: "/vms/%", privs: "VM.Audit" },
    },
    {
      who: "a second factor where there is none",
      params: { username: "joe@pve", password: "joes-password", otp: "totp:123456" },
    },
    {
      who: "a challenge that nobody made",
      params: { username: "joe@pve", password: "totp:123456", "tfa-challenge": "PVE:!tfa!{}:00000000::x" },
    },
  ])
    it(`fails without a reason for ${who}`, async () => {
      await prepare?.(client);
      const answer = await client.ask(LOGIN, params, nobody);
      expect([answer.status, answer.body]).to.deep.equal([401, FAILED]);
    });

  it("is refused as wrong, not as unknown, with half of path and privileges", async () => {
    const answer = await client.ask(LOGIN, { username: "joe@pve", password: "joes-password", path: "/" }, nobody);
    expect([answer.status, Object.keys(answer.body.errors ?? {})]).to.deep.equal([400, ["privs"]]);
  });

  it("is good for a bit less than two hours, its CSRF token as well", async () => {
    const joe = await client.as("joe@pve", "joes-password");
    const change = () => client.ask("PUT /access/password", { userid: "joe@pve", password: "a new one" }, joe);
    clock.step(2 * 3600 - 1);
    expect((await change()).status).to.equal(400);
    clock.step(1);
    expect((await change()).reason).to.equal("Authentication failed!");
  });

  it("shows the way to the rest of /access", async () => {
    const subdirs = (names: string) => names.split(" ").map((subdir) => ({ subdir }));
    expect(await client.told("GET /access")).to.deep.equal(
      subdirs("users groups roles acl domains openid tfa ticket password"),
    );
    expect(await client.told("GET /access/openid")).to.deep.equal(subdirs("auth-url login"));
    const refused = await client.ask(
      "POST /access/openid/login",
      { code: "a", state: "b", "redirect-url": "c" },
      nobody,
    );
    expect(refused.status).to.equal(501);
  });
});
