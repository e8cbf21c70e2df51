import { expect } from "chai";
import { newCluster } from "../../../../lab/cluster.ts";
import { asRoot, type LabClient, labClient, nobody, ROOT_PASSWORD } from "../../../support/lab-client.ts";

const CALL = "PUT /access/password";
const OPENID = { realm: "sso", type: "openid", "issuer-url": "https://sso.example.org", "client-id": "pve" };

describe("a password", () => {
  let client: LabClient;
  let root: Readonly<Record<string, string>>;

  beforeEach(async () => {
    const cluster = newCluster("lab", [{ name: "pve1", release: "9.2" }]);
    cluster.passwords.set("op@pam", "ops-password");
    client = await labClient(cluster);
    root = await client.as("root@pam", ROOT_PASSWORD);
    await client.told("POST /access/domains", OPENID);
    await client.told("POST /access/groups", { groupid: "staff" });
    for (const userid of ["joe@pve", "boss@pve"])
      await client.told("POST /access/users", { userid, password: `${userid}-password`, groups: "staff" });
    for (const userid of ["op@pam", "new@pam", "ann@sso", "eve@gone"])
      await client.told("POST /access/users", { userid, groups: "staff" });
    await client.told("PUT /access/acl", { path: "/access", roles: "PVEUserAdmin", users: "boss@pve" });
  });
  afterEach(() => client.close());

  const boss = () => client.as("boss@pve", "boss@pve-password");
  const joe = () => client.as("joe@pve", "joe@pve-password");
  const asks = { root: async () => root, joe, boss };

  for (const { by, params } of [
    { by: "root" as const, params: { userid: "joe@pve" } },
    { by: "root" as const, params: { userid: "op@pam" } },
    { by: "joe" as const, params: { userid: "joe@pve", "confirmation-password": "joe@pve-password" } },
    { by: "boss" as const, params: { userid: "joe@pve", "confirmation-password": "boss@pve-password" } },
  ])
    it(`of ${params.userid} is changed by ${by}, and the old one is good no more`, async () => {
      const old = params.userid === "op@pam" ? "ops-password" : "joe@pve-password";
      expect(await client.told(CALL, { password: "a new password", ...params }, await asks[by]())).to.equal(null);
      await client.as(params.userid, "a new password");
      const login = { username: params.userid, password: old };
      expect((await client.ask("POST /access/ticket", login, nobody)).status).to.equal(401);
    });

  for (const { by, params, status, message, errors } of [
    {
      by: "joe" as const,
      params: { userid: "joe@pve" },
      status: 400,
      message: "Parameter verification failed.\n",
      errors: { "confirmation-password": "password is required to modify user" },
    },
    {
      by: "joe" as const,
      params: { userid: "joe@pve", "confirmation-password": "wrong" },
      status: 500,
      message: "invalid credentials\n",
    },
    {
      by: "joe" as const,
      params: { userid: "boss@pve", "confirmation-password": "joe@pve-password" },
      status: 403,
      message: "Permission check failed\n",
    },
    {
      by: "boss" as const,
      params: { userid: "op@pam", "confirmation-password": "boss@pve-password" },
      status: 403,
      message: "Permission check failed\n",
    },
    {
      by: "boss" as const,
      params: { userid: "root@pam", "confirmation-password": "boss@pve-password" },
      status: 403,
      message: "Permission check failed\n",
    },
    {
      by: "root" as const,
      params: { userid: "ann@sso" },
      status: 500,
      message: "can't set password on auth type 'openid'\n",
    },
    {
      by: "root" as const,
      params: { userid: "eve@gone" },
      status: 500,
      message: "auth domain 'gone' does not exist\n",
    },
    {
      by: "root" as const,
      params: { userid: "new@pam" },
      status: 500,
      message: "change password failed: user 'new' does not exist\n",
    },
    { by: "root" as const, params: { userid: "x@pve" }, status: 500, message: "no such user ('x@pve')\n" },
    {
      by: "root" as const,
      params: { userid: "joe@pve", password: "short" },
      status: 400,
      message: "Parameter verification failed.\n",
      errors: { password: "value must be at least 8 characters long" },
    },
  ])
    it(`is not changed by ${by} with ${JSON.stringify(params)}: ${JSON.stringify(errors ?? message)}`, async () => {
      const answer = await client.ask(CALL, { password: "a new password", ...params }, await asks[by]());
      expect([answer.status, answer.body]).to.deep.equal([
        status,
        { data: null, message, ...(errors ? { errors } : {}) },
      ]);
    });

  it("is not to be changed with a token", async () => {
    const answer = await client.ask(CALL, { userid: "joe@pve", password: "a new password" }, asRoot);
    expect([answer.status, answer.reason]).to.deep.equal([
      ...[403, "Permission check failed (URI '/access/password' not available with API token, need proper ticket."],
    ]);
  });

  it("is gone with its user, and is not given to a new one whose realm keeps none", async () => {
    await client.told("DELETE /access/users/joe@pve");
    await client.told("POST /access/users", { userid: "joe@pve" });
    const login = { username: "joe@pve", password: "joe@pve-password" };
    expect((await client.ask("POST /access/ticket", login, nobody)).status).to.equal(401);
    const made = await client.ask("POST /access/users", { userid: "bob@sso", password: "bobs-password" });
    expect(made.reason).to.equal("create user failed: can't set password on auth type 'openid'");
  });
});
