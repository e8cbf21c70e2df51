import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster.ts";
import { differences, stateOf } from "../../../lab/state.ts";
import { type LabClient, stillHomelab } from "../../support/lab-client.ts";

const NODE = "/nodes/pve-ms01-01";
const OF_112 = "backup/vzdump-qemu-112-2025_06_14-18_30_00.vma.zst";
const RENAMED = "backup/vzdump-qemu-110-fresh-install.vma.zst";
const ON_SERVER = "backup/vm/111/2027-01-15T04:09:00Z";

interface Told {
  readonly volid: string;
  readonly [key: string]: unknown;
}

describe("the backups on a storage, over the API,", () => {
  let cluster: Cluster;
  let client: LabClient;
  const open = async (release: "8.4" | "9.2" = "9.2") => {
    ({ cluster, client } = await stillHomelab(release));
  };
  afterEach(() => client.close());

  type Headers = Readonly<Record<string, string>>;
  const listed = async (storage: string, params: object = {}, headers?: Headers): Promise<readonly Told[]> =>
    Object(await client.told(`GET ${NODE}/storage/${storage}/content`, params, headers));
  const at = (volid: string) => `${NODE}/storage/${volid.split(":")[0]}/content/${encodeURIComponent(volid)}`;
  const ended = async (call: string, params: object = {}) => {
    const upid = String(await client.told(call, params));
    cluster.clock.step(30);
    const task = cluster.tasks.find(upid);
    return { type: task?.type, id: task?.id, status: task?.end?.status, log: task?.log };
  };
  const refusal = async (call: string, params: object = {}, headers?: Headers) => {
    const { status, body } = await client.ask(call, params, headers);
    return [status, body.message, ...Object.values(body.errors ?? {})];
  };

  for (const release of ["8.4", "9.2"] as const) {
    it(`are listed with what stands in their names, all or a guest's, on ${release}`, async () => {
      await open(release);
      const all = await listed("backups");
      expect(all).to.have.length(3 * 14 + 3 * 3 + 2);
      expect(all.map(({ volid }) => volid)).to.deep.equal(all.map(({ volid }) => volid).toSorted());
      expect(all.find(({ volid }) => volid === `backups:${OF_112}`)).to.deep.equal({
        volid: `backups:${OF_112}`,
        content: "backup",
        subtype: "qemu",
        format: "vma.zst",
        ctime: Date.parse("2025-06-14T18:30:00Z") / 1000,
        size: 26_843_545_600,
        vmid: 112,
        notes: "before the upgrade to PostgreSQL 17",
        protected: 1,
      });
      expect(await listed("backups", { vmid: 112 })).to.have.length(15);
      expect(await listed("backups", { content: "iso" })).to.deep.equal([]);
      expect(await listed("vm-disks", { content: "images" })).to.deep.equal([]);
      const [newest] = (await listed("pbs-offsite", { vmid: 111 })).toReversed();
      expect(newest).to.include({
        volid: `pbs-offsite:${ON_SERVER}`,
        format: "pbs-vm",
        subtype: "qemu",
        ctime: Date.parse("2027-01-15T04:09:00Z") / 1000,
      });
    });

    it(`are told one by one, whichever way the slashes of their names are written, on ${release}`, async () => {
      await open(release);
      const told = {
        path: "/mnt/pve/backups/dump/vzdump-qemu-112-2025_06_14-18_30_00.vma.zst",
        size: 26_843_545_600,
        used: 26_843_545_600,
        format: "raw",
        notes: "before the upgrade to PostgreSQL 17",
        protected: 1,
      };
      for (const name of [encodeURIComponent(`backups:${OF_112}`), `backups:${OF_112}`, OF_112])
        expect(await client.told(`GET ${NODE}/storage/backups/content/${name}`)).to.deep.equal(told);
      expect(await client.told(`GET ${at(`pbs-offsite:${ON_SERVER}`)}`)).to.deep.include({
        path: "pbs://pve@pbs@pbs.example:offsite/vm/111/2027-01-15T04:09:00Z",
        format: "pbs-vm",
        notes: "",
        protected: 0,
      });
    });

    for (const volid of [`backups:${RENAMED}`, `pbs-offsite:${ON_SERVER}`])
      it(`get notes and protection, lose both, and all is as before, on ${release}: ${volid}`, async () => {
        await open(release);
        await client.told(`PUT ${at(volid)}`, { notes: "" });
        const before = stateOf(cluster);
        await client.told(`PUT ${at(volid)}`, { notes: "first line\nsecond", protected: 1 });
        expect(differences(before, stateOf(cluster)).toSorted()).to.deep.equal([
          `+ backups: ${volid} protected "first line\\nsecond"`,
          `- backups: ${volid}`,
        ]);
        expect(await client.told(`GET ${at(volid)}`)).to.include({ notes: "first line\nsecond", protected: 1 });
        const [storage = ""] = volid.split(":");
        const entry = (await listed(storage)).find((one) => one.volid === volid);
        expect(entry).to.include({ notes: "first line", protected: 1 });
        await client.told(`PUT ${at(volid)}`, { notes: "", protected: 0 });
        expect(differences(before, stateOf(cluster))).to.deep.equal([]);
      });

    it(`are deleted in a task, but for those that are protected, and leave their space, on ${release}`, async () => {
      await open(release);
      const used = async () => Object(await client.told(`GET ${NODE}/storage/backups/status`)).used;
      const before = await used();
      const volid = `backups:${OF_112}`;
      expect(await ended(`DELETE ${at(volid)}`)).to.deep.include({
        type: "imgdel",
        id: "112@backups",
        status: `cannot remove protected volume '${OF_112}' on 'backups'`,
      });
      expect(await used()).to.equal(before);
      await client.told(`PUT ${at(volid)}`, { protected: 0 });
      expect(await ended(`DELETE ${at(volid)}`)).to.deep.include({
        status: "OK",
        log: [`Removed volume '${volid}'`, "TASK OK"],
      });
      expect(await used()).to.equal(before - 26_843_545_600);
      expect(await refusal(`GET ${at(volid)}`)).to.deep.include(500);
      // Once more is no mistake.
      expect(await ended(`DELETE ${at(volid)}`)).to.deep.include({ status: "OK" });
    });
  }

  for (const { call, params = {}, words } of [
    { call: `GET ${NODE}/storage/none/content`, words: [500, "storage 'none' does not exist\n"] },
    {
      call: `GET ${NODE}/storage/backups/content/${RENAMED}x`,
      words: [500, `unable to parse directory volume name '${RENAMED}x'\n`],
    },
    {
      call: `GET ${NODE}/storage/backups/content/backup/vzdump-qemu-112-2020_01_01-00_00_00.vma.zst`,
      words: [
        500,
        "volume_size_info on 'backups:backup/vzdump-qemu-112-2020_01_01-00_00_00.vma.zst' failed - no format\n",
      ],
    },
    {
      call: `GET ${NODE}/storage/pbs-offsite/content/nonsense`,
      words: [500, "unable to parse PBS volume name 'nonsense'\n"],
    },
    {
      call: `GET ${NODE}/storage/backups/content/nfs-weekly:${OF_112}`,
      words: [400, "Parameter verification failed.\n", "storage ID mismatch (nfs-weekly != backups)\n"],
    },
    {
      call: `GET ${NODE}/storage/pbs-offsite/content/${ON_SERVER}`,
      words: [400, "Parameter verification failed.\n", `unable to parse volume ID '${ON_SERVER}'\n`],
    },
    {
      call: `GET ${NODE}/storage/backups/content/iso/debian.iso`,
      words: [501, "volumes other than backups are not part of the lab\n"],
    },
  ])
    it(`refuse ${call}`, async () => {
      await open();
      expect(await refusal(call, params)).to.deep.equal(words);
    });

  it("are those of the node where a storage is each node's own, by that node's clock", async () => {
    await open();
    await client.told("POST /storage", { storage: "dump", type: "dir", path: "/dump", content: "backup" });
    const volume = { written: 0, size: 1, notes: "", protected: false };
    cluster.volumes.set("pve-ms01-01/dump", new Map([["backup/vzdump-lxc-200-2026_07_01-02_00_00.tar.zst", volume]]));
    const [, second] = cluster.nodes;
    expect(await client.told("GET /nodes/pve-ms01-02/storage/dump/content")).to.deep.equal([]);
    await client.told("PUT /storage/dump", { shared: 1 });
    cluster.volumes.set("dump", cluster.volumes.get("pve-ms01-01/dump") ?? new Map());
    if (second) second.timezone = "Europe/Berlin";
    const times = await Promise.all(
      ["pve-ms01-01", "pve-ms01-02"].map(async (node) => {
        const [entry] = Object(await client.told(`GET /nodes/${node}/storage/dump/content`));
        return new Date(entry.ctime * 1000).toISOString();
      }),
    );
    expect(times).to.deep.equal(["2026-07-01T02:00:00.000Z", "2026-07-01T00:00:00.000Z"]);
  });

  it("stay on a storage that is taken out of the file and put in again", async () => {
    await open();
    const before = await listed("nfs-weekly");
    const { server, export: path } = Object(await client.told("GET /storage/nfs-weekly"));
    await client.told("DELETE /storage/nfs-weekly");
    expect(await refusal(`GET ${NODE}/storage/nfs-weekly/content`)).to.include(500);
    await client.told("POST /storage", { storage: "nfs-weekly", type: "nfs", server, export: path, content: "backup" });
    expect(await listed("nfs-weekly")).to.deep.equal(before);
  });

  it("are shown and changed by whoever may back up their guests, or may do all with the storage", async () => {
    await open();
    const anna = await client.as("anna@pve", "lab-anna");
    expect(await listed("backups", {}, anna)).to.deep.equal([]);
    expect((await client.ask(`GET ${at(`backups:${OF_112}`)}`, {}, anna)).reason).to.equal(
      "Permission check failed (/storage/backups, Datastore.AllocateSpace)",
    );
    const grant = (path: string, roles: string) => client.told("PUT /access/acl", { path, roles, users: "anna@pve" });
    await grant("/storage/backups", "PVEDatastoreUser");
    await grant("/vms/112", "PVEVMUser");
    expect(new Set((await listed("backups", {}, anna)).map(({ vmid }) => vmid))).to.deep.equal(
      new Set([110, 112, 113, 200]),
    );
    const other = (await listed("backups", { vmid: 111 }))[0]?.volid ?? "";
    const denied = "Permission check failed (/vms/111, VM.Backup)";
    expect((await client.ask(`PUT ${at(other)}`, { notes: "x" }, anna)).reason).to.equal(denied);
    expect((await client.ask(`DELETE ${at(other)}`, {}, anna)).reason).to.equal(denied);
    await grant("/storage/backups", "PVEDatastoreAdmin");
    await client.told(`PUT ${at(other)}`, { notes: "x" }, anna);
  });

  it("may be protected five times a guest, or as often as the storage says, or by its administrators", async () => {
    await open();
    const anna = await client.as("anna@pve", "lab-anna");
    for (const [path, roles] of [
      ["/storage/backups", "PVEDatastoreUser"],
      ["/vms/112", "PVEVMUser"],
    ])
      await client.told("PUT /access/acl", { path, roles, users: "anna@pve" });
    const volids = (await listed("backups", { vmid: 112 })).map(({ volid }) => volid);
    const limit = (most: number) =>
      `The number of protected backups per guest is limited to ${most} on storage 'backups'\n`;
    for (const volid of volids.slice(1, 5)) await client.told(`PUT ${at(volid)}`, { protected: 1 }, anna);
    expect(await refusal(`PUT ${at(volids[5] ?? "")}`, { protected: 1 }, anna)).to.deep.equal([500, limit(5)]);
    await client.told(`PUT ${at(volids[4] ?? "")}`, { protected: 1 }, anna);
    await client.told(`PUT ${at(volids[5] ?? "")}`, { protected: 1 });
    await client.told("PUT /storage/backups", { "max-protected-backups": 6 });
    expect(await refusal(`PUT ${at(volids[6] ?? "")}`, { protected: 1 })).to.deep.equal([500, limit(6)]);
    await client.told("PUT /storage/backups", { "max-protected-backups": -1 });
    await client.told(`PUT ${at(volids[6] ?? "")}`, { protected: 1 }, anna);
  });
});
