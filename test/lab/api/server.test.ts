import { expect } from "chai";
import { printUserConfig } from "../../../lab/access/user-config.ts";
import { handlers } from "../../../lab/api/handlers.ts";
import { Clock } from "../../../lab/clock.ts";
import { type Cluster, newCluster } from "../../../lab/cluster.ts";
import { apiOf, type Release, type Verb } from "../../../lab/schema/schema.ts";
import { asHolderOf, asRoot, type LabClient, labClient, nobody, ROOT_PASSWORD } from "../../support/lab-client.ts";

describe("the lab's API", () => {
  let cluster: Cluster;
  let client: LabClient;
  const clock = new Clock(1_800_000_000_000);

  before(() => clock.stop());
  afterEach(() => client?.close());

  async function start(release: Release = "9.2"): Promise<void> {
    cluster = newCluster("lab", [{ name: "pve1", release }], { clock });
    client = await labClient(cluster);
  }
  const ask: LabClient["ask"] = (...how) => client.ask(...how);
  const done: LabClient["told"] = (...how) => client.told(...how);

  describe("to whoever it does not know", () => {
    beforeEach(() => start());

    for (const { who, headers, reason } of [
      { who: "nobody", headers: {}, reason: "No ticket" },
      {
        who: "a wrong token",
        headers: { Authorization: "PVEAPIToken=root@pam!all=wrong" },
        reason: "Authentication failed!",
      },
      {
        who: "a forged ticket",
        headers: { Cookie: "PVEAuthCookie=PVE:root@pam:00000000::x" },
        reason: "Authentication failed!",
      },
    ])
      it(`says 401 to ${who}, the words in the status line alone`, async () => {
        const answer = await ask("GET /version", {}, headers);
        expect([answer.status, answer.reason, answer.text]).to.deep.equal([401, reason, ""]);
      });

    it("takes a ticket and a token as any client writes them, and refuses what is neither", async () => {
      const version = async (headers: Record<string, string>) => (await client.ask("GET /version", {}, headers)).status;
      expect(await version({ Cookie: "PVEAuthCookie=%zz" })).to.equal(401);
      expect(await version({ Authorization: asRoot["Authorization"]?.replace("@", "%40") ?? "" })).to.equal(200);
    });

    it("says to a wrong password that it is wrong", async () => {
      const answer = await ask("POST /access/ticket", { username: "root@pam", password: "no" }, {});
      expect(answer.status).to.equal(401);
      expect(answer.body).to.deep.equal({ data: null, message: "authentication failure\n" });
    });

    it("gives a ticket for the right one, which wants its CSRF token for a change, and gets old", async () => {
      const login = await done(
        "POST /access/ticket",
        { username: "root", realm: "pam", password: ROOT_PASSWORD },
        nobody,
      );
      const { Cookie = "", CSRFPreventionToken = "" } = asHolderOf(login);
      expect((await ask("GET /version", {}, { Cookie })).status).to.equal(200);
      const refused = await ask("POST /access/groups", { groupid: "g" }, { Cookie });
      expect([refused.status, refused.reason]).to.deep.equal([401, "Permission denied - invalid csrf token"]);
      const change = { Cookie, CSRFPreventionToken };
      expect((await ask("POST /access/groups", { groupid: "g" }, change)).status).to.equal(200);
      clock.step(2 * 3600 + 1);
      expect((await ask("GET /version", {}, { Cookie })).reason).to.equal("Authentication failed!");
    });
  });

  for (const release of ["8.4", "9.2"] as const)
    it(`makes, tells, changes and takes back roles, groups, users, tokens and ACLs as ${release} does, and is as before`, async () => {
      await start(release);
      const before = printUserConfig(cluster.access);
      await done("POST /access/roles", { roleid: "Ci", privs: "VM.Audit,VM.Backup" });
      await done("POST /access/groups", { groupid: "robots", comment: "beep: boop" });
      await done("POST /access/users", { userid: "ci@pve", groups: "robots", comment: "für CI" });
      const made = (await done("POST /access/users/ci@pve/token/pipe", { expire: 1_999_999_999 })) as { value: string };
      await done("PUT /access/acl", { path: "/vms/100", roles: "Ci", users: "ci@pve", tokens: "ci@pve!pipe" });

      const token = { Authorization: `PVEAPIToken=ci@pve!pipe=${made.value}` };
      expect(await done("GET /access/permissions", { path: "/vms/100" }, token)).to.deep.equal({
        "/vms/100": { "VM.Audit": 1, "VM.Backup": 1 },
      });
      expect(
        (await ask("POST /access/roles", { roleid: "X" }, token)).body.message ??
          "Permission check failed (/access, Sys.Modify)\n",
      ).to.equal("Permission check failed (/access, Sys.Modify)\n");
      await done("PUT /access/roles/Ci", { privs: "VM.PowerMgmt", append: 1 });
      expect(await done("GET /access/roles/Ci")).to.deep.equal({ "VM.Audit": 1, "VM.Backup": 1, "VM.PowerMgmt": 1 });

      for (const call of [
        "GET /access/roles",
        "GET /access/roles/Ci",
        "GET /access/groups",
        "GET /access/groups/robots",
        "GET /access/users",
        "GET /access/users/ci@pve",
        "GET /access/users/ci@pve/token",
        "GET /access/users/ci@pve/token/pipe",
        "GET /access/acl",
        "GET /access/domains",
        "GET /version",
      ])
        await done(call, call === "GET /access/users" ? { full: 1 } : {});

      await done("DELETE /access/users/ci@pve/token/pipe");
      expect((await ask("GET /version", {}, token)).status).to.equal(401);
      await done("DELETE /access/users/ci@pve");
      await done("DELETE /access/groups/robots");
      await done("DELETE /access/roles/Ci");
      expect(printUserConfig(cluster.access)).to.equal(before);
      expect([...cluster.tokenSecrets.keys()]).to.deep.equal(["root@pam!all"]);
    });

  describe("says no in PVE's words", () => {
    beforeEach(async () => {
      await start();
      await done("POST /access/roles", { roleid: "R1" });
      await done("POST /access/users", { userid: "joe@pve" });
      await done("POST /access/users/joe@pve/token/ci");
    });

    for (const { call, params = {}, status, message, errors } of [
      { call: "GET /nothing", status: 501, message: "Method 'GET /nothing' not implemented" },
      {
        call: "GET /cluster/ceph/status",
        status: 501,
        message: "Method 'GET /cluster/ceph/status' is not part of the lab",
      },
      { call: "GET /access/roles/none", status: 500, message: "role 'none' does not exist\n" },
      {
        call: "POST /access/roles",
        params: { roleid: "R1" },
        status: 500,
        message: "create role failed: role 'R1' already exists\n",
      },
      {
        call: "POST /access/roles",
        params: { roleid: "R2", privs: "VM.Monitor" },
        status: 400,
        message: "Parameter verification failed.\n",
        errors: { privs: "invalid format - invalid privilege 'VM.Monitor'\n" },
      },
      {
        call: "DELETE /access/roles/PVEAdmin",
        status: 500,
        message: "auto-generated role 'PVEAdmin' cannot be deleted\n",
      },
      { call: "GET /access/users/x@pve", status: 500, message: "no such user ('x@pve')\n" },
      {
        call: "POST /access/users/joe@pve/token/ci",
        status: 400,
        message: "Parameter verification failed.\n",
        errors: { tokenid: "Token already exists." },
      },
      {
        call: "PUT /access/acl",
        params: { path: "/nonsense", roles: "R1", users: "joe@pve" },
        status: 400,
        message: "Parameter verification failed.\n",
        errors: { path: "invalid ACL path '/nonsense'" },
      },
      {
        call: "PUT /access/acl",
        params: { path: "/", roles: "none", users: "joe@pve" },
        status: 500,
        message: "ACL update failed: role 'none' does not exist\n",
      },
      {
        call: "GET /access/roles/R1",
        params: { roleid: "R2" },
        status: 400,
        message: "Parameter verification failed.\n",
        errors: { roleid: "duplicate parameter (already defined in URI) with conflicting values!" },
      },
    ])
      it(`to ${call} ${JSON.stringify(params)}`, async () => {
        const answer = await ask(call, params);
        expect(answer.status).to.equal(status);
        expect(answer.body).to.deep.equal({ data: null, message, ...(errors ? { errors } : {}) });
        expect(answer.reason).to.equal(message.split("\n")[0]);
      });
  });

  it("answers nothing that is not in the schema", () => {
    for (const call of Object.keys(handlers)) {
      const [verb, path = ""] = call.split(" ");
      for (const release of ["8.4", "9.2"] as const)
        expect(apiOf(release).paths[path]?.[verb as Verb], `${call} in ${release}`).to.not.equal(undefined);
    }
  });
});
