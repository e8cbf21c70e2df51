import { expect } from "chai";
import { newCluster } from "../../../../lab/cluster.ts";
import { type LabClient, labClient } from "../../../support/lab-client.ts";

describe("ACLs and what comes of them", () => {
  let client: LabClient;

  beforeEach(async () => {
    client = await labClient(newCluster("lab", [{ name: "pve1", release: "9.2" }]));
    await client.told("POST /access/users", { userid: "joe@pve", password: "joes-password" });
    await client.told("POST /access/groups", { groupid: "staff" });
  });
  afterEach(() => client.close());
  const set = (path: string, roles: string, whom: object) => client.told("PUT /access/acl", { path, roles, ...whom });

  it("are listed along the tree, users before groups", async () => {
    await set("/vms/100", "PVEVMUser", { groups: "staff" });
    await set("/vms/100", "PVEAuditor", { users: "joe@pve" });
    await set("/", "PVEAuditor", { groups: "staff" });
    const listed: { path: string; type: string }[] = Object(await client.told("GET /access/acl"));
    expect(listed.map(({ path, type }) => `${path} ${type}`)).to.deep.equal([
      ...["/ group", "/vms/100 user", "/vms/100 group"],
    ]);
  });

  it("of a guest are shown to who may allocate it", async () => {
    await set("/vms/100", "PVEVMAdmin", { users: "joe@pve" });
    await set("/storage/local", "PVEDatastoreUser", { users: "joe@pve" });
    const joe = await client.as("joe@pve", "joes-password");
    const listed: { path: string }[] = Object(await client.told("GET /access/acl", {}, joe));
    expect(listed.map(({ path }) => path)).to.deep.equal(["/vms/100"]);
  });

  it("are told with the paths above theirs", async () => {
    await set("/access/realm/pve", "PVEUserAdmin", { users: "joe@pve" });
    await set("/access", "PVEUserAdmin", { users: "joe@pve" });
    const told = Object(await client.told("GET /access/permissions", { userid: "joe@pve" }));
    expect(Object.keys(told).toSorted()).to.deep.equal([
      ...["/access", "/access/groups", "/access/realm", "/access/realm/pve"],
    ]);
  });

  it("say no to a path that has characters which that part of the tree does not", async () => {
    const call = (path: string) => client.ask("PUT /access/acl", { path, roles: "PVEAuditor", users: "joe@pve" });
    expect((await call("/sdn/controllers/my-bgp")).status).to.equal(200);
    expect((await call("/sdn/dns/my-dns")).body.errors).to.deep.equal({ path: "invalid ACL path '/sdn/dns/my-dns'" });
  });

  it("of a user without tokens come with none, as PVE says it", async () => {
    expect(await client.told("GET /access/users/joe@pve")).to.deep.equal({
      ...{ enable: 1, expire: 0, groups: [], tokens: null },
    });
    await client.told("PUT /access/users/joe@pve", { comment: "beep" });
    expect(await client.told("GET /access/users/joe@pve")).to.include({ comment: "beep", email: "" });
  });
});
