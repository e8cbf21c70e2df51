import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster.ts";
import { readCluster } from "../../../lab/cluster-file.ts";
import { shipped } from "../../../lab/shipped.ts";
import { differences, stateOf } from "../../../lab/state.ts";
import { type LabClient, labClient } from "../../support/lab-client.ts";

describe("pools and storages", () => {
  let cluster: Cluster;
  let client: LabClient;
  afterEach(() => client.close());
  const open = async (release: "8.4" | "9.2" = "9.2") => {
    cluster = readCluster(shipped("homelab"), { release, seed: 1 });
    client = await labClient(cluster);
  };

  for (const release of ["8.4", "9.2"] as const) {
    it(`a pool is made, filled, told, emptied and taken back on ${release}, and all is as before`, async () => {
      await open(release);
      const before = stateOf(cluster);
      await client.told("POST /pools", { poolid: "team", comment: "a: b" });
      await client.told("POST /pools", { poolid: "team/inner" });
      await client.told("PUT /pools", { poolid: "team", vms: "101,102", storage: "local" });
      await client.told("PUT /access/acl", { path: "/pool/team", roles: "PVEVMUser", users: "anna@pve" });
      const pool = Object(await client.told("GET /pools/team"));
      expect(pool.comment).to.equal("a: b");
      expect(pool.members.map(({ id }: { id: string }) => id)).to.deep.equal([
        "qemu/101",
        "qemu/102",
        "storage/pve-ms01-01/local",
      ]);
      expect(Object(await client.told("GET /pools", { poolid: "team", type: "storage" }))[0].members).to.have.length(1);
      await client.told("PUT /pools/team", { vms: "101,102", storage: "local", delete: 1 });
      await client.told("DELETE /pools", { poolid: "team/inner" });
      await client.told("DELETE /pools/team");
      expect(differences(before, stateOf(cluster))).to.deep.equal([]);
    });

    it(`a storage is made, told, changed and taken back on ${release}, and all is as before`, async () => {
      await open(release);
      const before = stateOf(cluster);
      const made = { storage: "extra", type: "dir", path: "/mnt/extra", content: "iso,backup", nodes: "pve-ms01-01" };
      await client.told("POST /storage", made);
      const read = Object(await client.told("GET /storage/extra"));
      expect(read).to.include({ type: "dir", path: "/mnt/extra", content: "backup,iso", nodes: "pve-ms01-01" });
      await client.told("PUT /storage/extra", { shared: 1, delete: "nodes", digest: read.digest });
      expect(Object(await client.told("GET /storage/extra")))
        .to.include({ shared: 1 })
        .and.not.have.property("nodes");
      const here = Object(await client.told("GET /nodes/pve-aimax-01/storage", { content: "backup" }));
      expect(here.map(({ storage }: { storage: string }) => storage)).to.include.members(["extra", "backups"]);
      expect(await client.told("GET /nodes/pve-aimax-01/storage/extra/status")).to.include({ active: 1, enabled: 1 });
      await client.told("DELETE /storage/extra");
      expect(differences(before, stateOf(cluster))).to.deep.equal([]);
    });
  }

  it("a storage is there only where its nodes say, and its secrets are never told", async () => {
    await open();
    await client.told("PUT /storage/vm-data", { nodes: "pve-ms01-01" });
    expect(await client.told("GET /nodes/pve-aimax-01/storage/vm-data/status")).to.include({ active: 0, enabled: 0 });
    const all = JSON.stringify(await client.told("GET /storage"));
    expect(all).to.include("pbs-offsite");
    expect(all).to.not.include("password");
    expect(cluster.storages.get("pbs-offsite")?.secrets.has("password")).to.equal(true);
  });

  for (const { call, params = {}, status, message } of [
    {
      call: "POST /pools",
      params: { poolid: "general" },
      status: 500,
      message: "create pool failed: pool 'general' already exists",
    },
    {
      call: "POST /pools",
      params: { poolid: "no/inner" },
      status: 500,
      message: "create pool failed: parent 'no' of pool 'no/inner' does not exist",
    },
    {
      call: "POST /pools",
      params: { poolid: "1st" },
      status: 500,
      message: "create pool failed: pool name must start with a letter",
    },
    {
      call: "PUT /pools",
      params: { poolid: "none", comment: "x" },
      status: 500,
      message: "update pools failed: pool 'none' does not exist",
    },
    {
      call: "PUT /pools",
      params: { poolid: "general", vms: "110" },
      status: 500,
      message: "update pools failed: VM 110 is already a pool member",
    },
    {
      call: "PUT /pools",
      params: { poolid: "general", vms: "101", delete: 1 },
      status: 500,
      message: "update pools failed: VM 101 is not a pool member",
    },
    {
      call: "PUT /pools",
      params: { poolid: "general", vms: "111" },
      status: 500,
      message: "update pools failed: VM 111 belongs already to pool 'production' and 'allow-move' is not set",
    },
    {
      call: "DELETE /pools/general",
      status: 500,
      message: "delete pool failed: pool 'general' is not empty (contains VM 110)",
    },
    { call: "GET /pools/none", status: 500, message: "pool 'none' does not exist" },
    { call: "GET /storage/none", status: 500, message: "storage 'none' does not exist" },
    {
      call: "POST /storage",
      params: { storage: "local", type: "dir", path: "/x" },
      status: 500,
      message: "create storage failed: storage ID 'local' already defined",
    },
    {
      call: "POST /storage",
      params: { storage: "extra", type: "dir" },
      status: 500,
      message: "missing value for required option 'path'",
    },
    {
      call: "POST /storage",
      params: { storage: "extra", type: "lvmthin", vgname: "pve", thinpool: "data", path: "/x" },
      status: 500,
      message: "unexpected property 'path'",
    },
    { call: "PUT /storage/local", params: { path: "/y" }, status: 400, message: "Parameter verification failed." },
    {
      call: "PUT /storage/local",
      params: { delete: "path" },
      status: 500,
      message: "update storage failed: unable to delete required option 'path'",
    },
    {
      call: "PUT /storage/local",
      params: { shared: 1, digest: "0".repeat(40) },
      status: 500,
      message: "update storage failed: detected modified configuration - file changed by other user? Try again.",
    },
    { call: "DELETE /storage/none", status: 500, message: "delete storage failed: storage 'none' does not exist" },
    { call: "GET /nodes/pve-ms01-01/storage/none/status", status: 400, message: "Parameter verification failed." },
  ])
    it(`${call} ${JSON.stringify(params)} is refused with «${message}»`, async () => {
      await open();
      const answer = await client.ask(call, params);
      if (message === "")
        expect(answer.status).to.equal(200); // PBS can also hold nothing
      else expect([answer.status, answer.body.message]).to.deep.equal([status, `${message}\n`]);
    });
});
