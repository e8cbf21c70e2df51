import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster.ts";
import { readCluster } from "../../../lab/cluster-file.ts";
import { shipped } from "../../../lab/shipped.ts";
import { type LabClient, labClient } from "../../support/lab-client.ts";

describe("what backup jobs are for", () => {
  let cluster: Cluster;
  let client: LabClient;
  afterEach(() => client.close());
  const open = async (release: "8.4" | "9.2" = "9.2") => {
    cluster = readCluster(shipped("homelab"), { release, seed: 1 });
    client = await labClient(cluster);
  };
  const config = (vmid: number) => cluster.guests.get(vmid)?.config.values ?? new Map<string, string>();
  const job = (job: object) => client.told("POST /cluster/backup", { id: "job", schedule: "daily", ...job });
  const included = async (headers?: Readonly<Record<string, string>>) =>
    Object(await client.told("GET /cluster/backup/job/included_volumes", {}, headers)).children;

  for (const release of ["8.4", "9.2"] as const)
    it(`is told guest by guest and volume by volume on ${release}`, async () => {
      await open(release);
      config(110).set("ide2", "local:iso/debian.iso,media=cdrom");
      config(110).set("scsi10", "vm-data:vm-110-disk-2,backup=0,size=1G");
      config(110).set("scsi2", "vm-data:vm-110-disk-1,size=1G,backup=on");
      config(110).set("efidisk0", "vm-data:vm-110-disk-3,size=1M");
      config(110).set("unused0", "vm-data:vm-110-disk-4");
      config(200).set("mp1", "local-zfs:subvol-200-disk-1,mp=/a,backup=1");
      config(200).set("mp0", "local-zfs:subvol-200-disk-2,mp=/b");
      config(200).set("mp2", "/mnt/data,mp=/c,backup=1");
      config(102).delete("name");
      for (const key of ["scsi0", "efidisk0"]) config(102).delete(key);
      await job({ vmid: "999,200,110,102" });
      const leaf = 1;
      expect(await included()).to.have.deep.members([
        { id: 102, type: "qemu", name: null, children: [], leaf },
        {
          id: 110,
          type: "qemu",
          name: "docker-host-01",
          leaf: 0,
          children: [
            { id: "110:scsi0", name: "vm-disks:vm-110-disk-0", included: 1, reason: "backup=yes", leaf },
            { id: "110:scsi2", name: "vm-data:vm-110-disk-1", included: 1, reason: "backup=no", leaf },
            { id: "110:scsi10", name: "vm-data:vm-110-disk-2", included: 0, reason: "backup=no", leaf },
            {
              id: "110:efidisk0",
              name: "vm-data:vm-110-disk-3",
              included: 0,
              reason: "efidisk but no OVMF BIOS",
              leaf,
            },
          ],
        },
        {
          id: 200,
          type: "lxc",
          name: "pihole",
          leaf: 0,
          children: [
            { id: "200:rootfs", name: "local-zfs:subvol-200-disk-0", included: 1, reason: "rootfs", leaf },
            { id: "200:mp0", name: "local-zfs:subvol-200-disk-2", included: 0, reason: "disabled", leaf },
            { id: "200:mp1", name: "local-zfs:subvol-200-disk-1", included: 1, reason: "enabled", leaf },
            { id: "200:mp2", name: "/mnt/data", included: 0, reason: "not a volume", leaf },
          ],
        },
        { id: 999, type: "unknown", leaf },
      ]);
    });

  for (const { of, vmids } of [
    { of: { all: 1 }, vmids: [101, 102, 103, 110, 111, 112, 113, 120, 200, 201] },
    { of: { all: 1, node: "pve-aimax-01" }, vmids: [103, 120] },
    { of: { exclude: "101;102 103", node: "pve-ms01-01" }, vmids: [110, 112, 200] },
    { of: { pool: "general" }, vmids: [110, 113, 200] },
    { of: { pool: "general", exclude: "110" }, vmids: [110, 113, 200] },
    { of: { vmid: "101,103,999", node: "pve-ms01-01" }, vmids: [101, 999] },
    { of: { stop: 1 }, vmids: [] },
  ])
    it(`${JSON.stringify(of)} is ${vmids.length === 0 ? "nothing" : vmids.join(", ")}`, async () => {
      await open();
      await job(of);
      expect((await included()).map(({ id }: { id: number }) => id)).to.have.members(vmids);
      const missed = Object(await client.told("GET /cluster/backup-info/not-backed-up"));
      const names = missed.map(({ vmid }: { vmid: number }) => vmid);
      expect(names).to.have.members([...cluster.guests.keys()].filter((vmid) => !new Set<number>(vmids).has(vmid)));
    });

  it("is told with what no job is for, running or not", async () => {
    await open();
    expect(await client.told("GET /cluster/backup-info/not-backed-up")).to.have.length(10);
    await job({ all: 1, exclude: "120,201", enabled: 0 });
    config(120).delete("name");
    expect(await client.told("GET /cluster/backup-info/not-backed-up")).to.deep.equal([
      { vmid: 120, type: "qemu" },
      { vmid: 201, type: "lxc", name: "grafana" },
    ]);
    const root = await client.as("root@pam", "secret-secret");
    expect(await client.told("GET /cluster/backup-info", {}, root)).to.deep.equal([{ subdir: "not-backed-up" }]);
  });

  it("shows nobody a guest that they may not see", async () => {
    await open();
    await job({ vmid: "101,110,999" });
    await client.told("POST /access/roles", { roleid: "Auditor", privs: "Sys.Audit" });
    await client.told("PUT /access/acl", { path: "/", roles: "PVEAuditor", groups: "operators", delete: 1 });
    await client.told("PUT /access/acl", { path: "/", roles: "Auditor", groups: "operators" });
    const anna = await client.as("anna@pve", "lab-anna");
    expect((await included(anna)).map(({ id }: { id: number }) => id)).to.deep.equal([110]);
    const missed = Object(await client.told("GET /cluster/backup-info/not-backed-up", {}, anna));
    expect(missed.map(({ vmid }: { vmid: number }) => vmid)).to.deep.equal([113, 200]);
  });

  it("cannot be told of a pool that is gone", async () => {
    await open();
    await client.told("POST /pools", { poolid: "late" });
    await job({ pool: "late" });
    await client.told("DELETE /pools", { poolid: "late" });
    for (const call of ["GET /cluster/backup/job/included_volumes", "GET /cluster/backup-info/not-backed-up"]) {
      const answer = await client.ask(call);
      expect([answer.status, answer.body.message]).to.deep.equal([500, "pool 'late' does not exist\n"]);
    }
  });

  it("is for a guest no more that was removed with all that names it", async () => {
    await open();
    cluster.clock.stop();
    for (const [id, of] of Object.entries({ one: { vmid: "120" }, two: { vmid: "101,120" }, but: { exclude: "120" } }))
      await client.told("POST /cluster/backup", { id, schedule: "daily", ...of });
    for (const vmid of [120, 103]) {
      const guest = cluster.guests.get(vmid);
      if (guest) guest.startedAt = undefined;
    }
    await client.told("DELETE /nodes/pve-aimax-01/qemu/103");
    const upid = await client.told("DELETE /nodes/pve-aimax-01/qemu/120", { purge: 1 });
    cluster.clock.step(5);
    expect(Object(await client.told(`GET /nodes/pve-aimax-01/tasks/${upid}/log`))[0].t).to.equal(
      "purging VM 120 from related configurations..",
    );
    const left = Object(await client.told("GET /cluster/backup"));
    expect(left.map(({ id, vmid, exclude, all }: Record<string, unknown>) => [id, vmid, exclude, all])).to.deep.equal([
      ["two", "101", undefined, undefined],
      ["but", undefined, undefined, 1],
    ]);
  });
});
