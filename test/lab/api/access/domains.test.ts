import { expect } from "chai";
import { printRealms } from "../../../../lab/access/realms.ts";
import { type Cluster, newCluster } from "../../../../lab/cluster.ts";
import type { Release } from "../../../../lab/schema/schema.ts";
import { type LabClient, labClient, nobody } from "../../../support/lab-client.ts";

const LDAP = {
  realm: "corp",
  type: "ldap",
  server1: "ldap.example.org",
  base_dn: "dc=example,dc=org",
  user_attr: "uid",
};
const SSO = { realm: "sso", type: "openid", "issuer-url": "https://sso.example.org", "client-id": "pve" };

describe("the realms of a cluster", () => {
  let cluster: Cluster;
  let client: LabClient;
  const start = async (release: Release = "9.2") => {
    cluster = newCluster("lab", [{ name: "pve1", release }]);
    client = await labClient(cluster);
  };
  afterEach(() => client.close());

  for (const release of ["8.4", "9.2"] as const)
    it(`are made, told, changed and removed as ${release} does, and then are as before`, async () => {
      await start(release);
      const before = printRealms(cluster.realms);
      await client.told("POST /access/domains", {
        ...{ ...LDAP, port: 636, mode: "ldaps", password: "bind-secret", comment: "Groß: 100%" },
        ...{ "sync-defaults-options": "scope=users,full=1,enable-new=yes" },
      });
      const { digest, ...corp } = Object(await client.told("GET /access/domains/corp"));
      expect(corp).to.deep.equal({
        ...{ type: "ldap", server1: LDAP.server1, base_dn: LDAP.base_dn, user_attr: "uid" },
        ...{ port: 636, mode: "ldaps", comment: "Groß: 100%" },
        "sync-defaults-options": "enable-new=1,remove-vanished=entry;properties,scope=users",
      });
      await client.told("PUT /access/domains/corp", { digest, delete: "port,password", verify: 1 });
      const changed = Object(await client.told("GET /access/domains/corp"));
      expect([changed.port, changed.verify, changed.digest === digest]).to.deep.equal([undefined, 1, false]);
      expect(printRealms(cluster.realms)).to.not.contain("secret");
      await client.told("DELETE /access/domains/corp");
      expect(printRealms(cluster.realms)).to.equal(before);
    });

  it("are told to anybody, for the login page", async () => {
    await start();
    await client.told("PUT /access/domains/pve", { tfa: "type=oath", default: 1 });
    expect(await client.told("GET /access/domains", {}, nobody)).to.deep.equal([
      { realm: "pam", type: "pam", comment: "Linux PAM standard authentication" },
      { realm: "pve", type: "pve", comment: "Proxmox VE authentication server", default: 1, tfa: "oath" },
    ]);
  });

  it("have one default, the last that was made it", async () => {
    await start();
    await client.told("POST /access/domains", { ...SSO, default: 1, autocreate: 1 });
    await client.told("PUT /access/domains/pam", { default: 1 });
    const defaults = [...cluster.realms].filter(([, { options }]) => options.get("default") === "1");
    expect(defaults.map(([name]) => name)).to.deep.equal(["pam"]);
    expect(await client.told("GET /access/domains/sso")).to.deep.include({ autocreate: 1, "client-id": "pve" });
  });

  it("of PVE's own are as new when they are removed, and users of one that is gone stay", async () => {
    await start();
    await client.told("PUT /access/domains/pam", { comment: "ours" });
    await client.told("DELETE /access/domains/pam");
    expect(await client.told("GET /access/domains/pam")).to.deep.include({
      comment: "Linux PAM standard authentication",
      plugin: "PVE::Auth::PAM",
    });
    await client.told("POST /access/domains", SSO);
    await client.told("POST /access/users", { userid: "joe@sso" });
    await client.told("DELETE /access/domains/sso");
    expect(await client.told("GET /access/users/joe@sso")).to.deep.include({ enable: 1 });
  });

  it("let nobody in without a privilege on /access/realm", async () => {
    await start();
    await client.told("POST /access/users", { userid: "joe@pve", password: "joes-password" });
    const answer = await client.ask("POST /access/domains", SSO, await client.as("joe@pve", "joes-password"));
    expect([answer.status, answer.reason]).to.deep.equal([
      ...[403, "Permission check failed (/access/realm, Realm.Allocate)"],
    ]);
  });

  for (const { call, params = {}, status = 500, message, errors } of [
    { call: "GET /access/domains/none", message: "domain 'none' does not exist" },
    {
      call: "DELETE /access/domains/none",
      message: "delete auth server failed: authentication domain 'none' does not exist",
    },
    {
      call: "PUT /access/domains/none",
      params: { comment: "x" },
      message:
        "update auth server failed: cannot lookup undefined type! at /usr/share/perl5/PVE/API2/Domains.pm line 261.",
    },
    {
      call: "PUT /access/domains/corp",
      params: { comment: "x", digest: "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
      message: "update auth server failed: detected modified configuration - file changed by other user? Try again.",
    },
    { call: "PUT /access/domains/corp", message: "update auth server failed: no options specified" },
    {
      call: "PUT /access/domains/pve",
      params: { server1: "ldap.example.org" },
      message: "update auth server failed: unexpected property 'server1'",
    },
    {
      call: "PUT /access/domains/corp",
      params: { delete: "server1" },
      message: "update auth server failed: section 'corp' - missing value for required option 'server1'",
    },
    {
      call: "PUT /access/domains/corp",
      params: { comment: "one\ntwo" },
      message: "update auth server failed: property contains a line feed",
    },
    {
      call: "PUT /access/domains/pam",
      params: { "check-connection": 1 },
      message:
        "update auth server failed: 'check-connection' parameter can only be set for realms of type 'ldap' or 'ad'",
    },
    {
      call: "PUT /access/domains/corp",
      params: { "check-connection": 1 },
      status: 501,
      message: "a directory server is not part of the lab",
    },
    { call: "POST /access/domains", params: LDAP, message: "add auth server failed: domain 'corp' already exists" },
    {
      call: "POST /access/domains",
      params: { realm: "pve2", type: "pve" },
      message: "add auth server failed: unable to create builtin type 'pve'",
    },
    {
      call: "POST /access/domains",
      params: { realm: "other", type: "ldap", server1: "a.example.org" },
      message: "add auth server failed: missing value for required option 'base_dn'",
    },
    {
      call: "POST /access/domains",
      params: { ...SSO, mode: "ldaps" },
      message: "add auth server failed: unexpected property 'mode'",
    },
    {
      call: "POST /access/domains",
      params: { ...SSO, type: "kerberos" },
      status: 400,
      message: "Parameter verification failed.",
      errors: { type: "value 'kerberos' does not have a value in the enumeration 'ad, ldap, openid, pam, pve'" },
    },
    {
      call: "POST /access/domains/corp/sync",
      status: 501,
      message: "Method 'POST /access/domains/corp/sync' is not part of the lab",
    },
  ])
    it(`say no to ${call} ${JSON.stringify(params)} in PVE's words`, async () => {
      await start();
      await client.told("POST /access/domains", LDAP);
      const answer = await client.ask(call, params);
      expect([answer.status, answer.body.message?.trimEnd(), answer.body.errors]).to.deep.equal([
        status,
        message,
        errors,
      ]);
    });
});
