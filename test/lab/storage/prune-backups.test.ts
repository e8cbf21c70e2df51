import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster.ts";
import { differences, stateOf } from "../../../lab/state.ts";
import { type LabClient, stillHomelab } from "../../support/lab-client.ts";

const NODE = "/nodes/pve-ms01-01";

interface Entry {
  readonly volid: string;
  readonly mark: string;
  readonly [key: string]: unknown;
}

describe("backups are pruned over the API", () => {
  let cluster: Cluster;
  let client: LabClient;
  const open = async (release: "8.4" | "9.2" = "9.2") => {
    ({ cluster, client } = await stillHomelab(release));
  };
  afterEach(() => client.close());

  const tried = async (storage: string, params: object): Promise<readonly Entry[]> =>
    Object(await client.told(`GET ${NODE}/storage/${storage}/prunebackups`, params));
  const marksIn = (entries: readonly Entry[]) =>
    Object.fromEntries([...Map.groupBy(entries, ({ mark }) => mark)].map(([mark, { length }]) => [mark, length]));
  const done = async (storage: string, params: object) => {
    const upid = String(await client.told(`DELETE ${NODE}/storage/${storage}/prunebackups`, params));
    cluster.clock.step(30);
    return cluster.tasks.find(upid);
  };

  for (const release of ["8.4", "9.2"] as const)
    for (const { storage, keep, params = {}, marks, first } of [
      {
        storage: "backups",
        keep: "keep-last=2",
        marks: { remove: 3 * 12 + 3, keep: 6 * 2, protected: 1, renamed: 1 },
        first: {
          ctime: Date.parse("2027-01-13T01:06:00Z") / 1000,
          mark: "remove",
          type: "lxc",
          volid: "backups:backup/vzdump-lxc-200-2027_01_13-01_06_00.tar.zst",
          vmid: 200,
        },
      },
      {
        storage: "backups",
        keep: "keep-daily=3,keep-weekly=1",
        params: { vmid: 112, type: "qemu" },
        marks: { remove: 10, keep: 4, protected: 1 },
        first: {
          ctime: Date.parse("2025-06-14T18:30:00Z") / 1000,
          mark: "protected",
          type: "qemu",
          volid: "backups:backup/vzdump-qemu-112-2025_06_14-18_30_00.vma.zst",
          vmid: 112,
        },
      },
      {
        storage: "pbs-offsite",
        keep: "keep-last=1",
        params: { type: "lxc" },
        marks: { remove: 39, keep: 1 },
        first: {
          ctime: Date.parse("2026-12-07T04:15:00Z") / 1000,
          mark: "remove",
          type: "lxc",
          volid: "pbs-offsite:backup/ct/201/2026-12-07T04:15:00Z",
          vmid: "201",
        },
      },
    ])
      it(`by ${keep} on ${storage} for ${JSON.stringify(params)}: what ${release} tells before is what it does`, async () => {
        await open(release);
        const before = stateOf(cluster);
        const entries = await tried(storage, { ...params, "prune-backups": keep });
        expect(marksIn(entries)).to.deep.equal(marks);
        expect(entries.find(({ mark }) => mark === first.mark)).to.deep.equal(first);
        expect(differences(before, stateOf(cluster))).to.deep.equal([]);
        const task = await done(storage, { ...params, "prune-backups": keep });
        expect(task?.end?.status).to.equal("OK");
        const gone = entries.filter(({ mark }) => mark === "remove").map(({ volid }) => volid);
        expect(task?.log).to.include(
          storage === "backups" ? `removing backup '${gone[0]}'` : "running 'proxmox-backup-client prune' for 'ct/201'",
        );
        const lines = gone.map((volid) => `- backups: ${volid}`);
        const changed = differences(before, stateOf(cluster)).map((line) => line.replace(/ ".*$/, ""));
        expect(changed.toSorted()).to.deep.equal(lines.toSorted());
        // What is left is what is kept: once more does nothing.
        expect(await tried(storage, { ...params, "prune-backups": keep })).to.deep.equal(
          entries.filter(({ mark }) => mark !== "remove"),
        );
      });

  it("as the storage says where the call says nothing, if it says anything", async () => {
    await open();
    const nothing = "no prune-backups options configured for storage 'backups'";
    const refused = await client.ask(`GET ${NODE}/storage/backups/prunebackups`);
    expect([refused.status, refused.body.message]).to.deep.equal([500, `${nothing}\n`]);
    expect((await done("backups", { vmid: 112 }))?.end?.status).to.equal(nothing);
    await client.told("PUT /storage/backups", { "prune-backups": "keep-last=1" });
    expect(marksIn(await tried("backups", { vmid: 112 }))).to.deep.equal({ remove: 13, keep: 1, protected: 1 });
    expect(marksIn(await tried("backups", { vmid: 112, "prune-backups": "keep-all=1" }))).to.deep.equal({
      keep: 14,
      protected: 1,
    });
  });

  it("by the clock of the node that is asked", async () => {
    await open();
    const [first] = cluster.nodes;
    const volume = { written: 0, size: 1, notes: "", protected: false };
    const names = ["2027-01-04T23:30:00Z", "2027-01-05T00:30:00Z", "2027-01-05T23:30:00Z"];
    for (const time of names) cluster.volumes.get("pbs-offsite")?.set(`backup/vm/900/${time}`, volume);
    const marks = async () =>
      (await tried("pbs-offsite", { vmid: 900, "prune-backups": "keep-daily=2" })).map(({ mark }) => mark);
    expect(await marks()).to.deep.equal(["keep", "remove", "keep"]);
    if (first) first.timezone = "Europe/Berlin";
    expect(await marks()).to.deep.equal(["remove", "keep", "keep"]);
  });

  for (const { params, status, message } of [
    { params: { "prune-backups": "keep-last=3,keep-all=1" }, status: 400, message: "Parameter verification failed.\n" },
    { params: { "prune-backups": "keep-last=x" }, status: 400, message: "Parameter verification failed.\n" },
  ])
    it(`not by ${JSON.stringify(params)}`, async () => {
      await open();
      for (const verb of ["GET", "DELETE"]) {
        const refused = await client.ask(`${verb} ${NODE}/storage/backups/prunebackups`, params);
        expect([refused.status, refused.body.message]).to.deep.equal([status, message]);
      }
    });

  for (const { storage, message } of [
    { storage: "vm-disks", message: "storage 'vm-disks' does not support backups" },
    { storage: "none", message: "storage 'none' does not exist" },
  ])
    it(`not on ${storage}`, async () => {
      await open();
      const keep = { "prune-backups": "keep-last=3" };
      const refused = await client.ask(`GET ${NODE}/storage/${storage}/prunebackups`, keep);
      expect([refused.status, refused.body.message]).to.deep.equal([500, `${message}\n`]);
      expect((await done(storage, keep))?.end?.status).to.equal(message);
    });

  it("of one guest by whoever may back it up, of all by whoever may do all with the storage", async () => {
    await open();
    const anna = await client.as("anna@pve", "lab-anna");
    const ask = async (params: object) => {
      const call = `DELETE ${NODE}/storage/backups/prunebackups`;
      return (await client.ask(call, { ...params, "prune-backups": "keep-last=1" }, anna)).reason;
    };
    const denied = (what: string) => `Permission check failed (${what})`;
    expect(await ask({})).to.equal(denied("/storage/backups, Datastore.Allocate"));
    expect(await ask({ vmid: 112 })).to.equal(denied("/storage/backups, Datastore.AllocateSpace"));
    const grant = (path: string, roles: string) => client.told("PUT /access/acl", { path, roles, users: "anna@pve" });
    await grant("/storage/backups", "PVEDatastoreUser");
    expect(await ask({ vmid: 112 })).to.equal(denied("/vms/112, VM.Backup"));
    await grant("/vms/112", "PVEVMUser");
    expect(await ask({ vmid: 112 })).to.equal("OK");
    await grant("/storage/backups", "PVEDatastoreAdmin");
    expect(await ask({})).to.equal("OK");
  });

  it("and a trial can be made to tell of more than is done", async () => {
    await open();
    const keep = { vmid: 112, type: "qemu", "prune-backups": "keep-last=3" };
    cluster.faults.dryRuns({ storage: "backups", removes: 2, times: 1 });
    expect(marksIn(await tried("nfs-weekly", keep))).to.deep.equal({ remove: 5, keep: 3 });
    const [wrong, right] = [await tried("backups", keep), await tried("backups", keep)];
    expect([marksIn(wrong), marksIn(right)]).to.deep.equal([
      { remove: 13, keep: 1, protected: 1 },
      { remove: 11, keep: 3, protected: 1 },
    ]);
    await done("backups", keep);
    expect(await tried("backups", keep)).to.have.length(4);
  });
});
