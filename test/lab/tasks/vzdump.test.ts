import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster.ts";
import { differences, stateOf } from "../../../lab/state.ts";
import { usedOn } from "../../../lab/storage/volumes.ts";
import { type LabClient, stillHomelab } from "../../support/lab-client.ts";

const NODE = "/nodes/pve-ms01-01";
const GIB = 2 ** 30;
/** 2027-01-15 08:00:00 UTC. */
const NOW = 1_800_000_000;
const FRESH = "backups:backup/vzdump-qemu-112-2027_01_15-08_00_00.vma";

describe("vzdump", () => {
  let cluster: Cluster;
  let client: LabClient;
  const open = async (release: "8.4" | "9.2" = "9.2") => {
    ({ cluster, client } = await stillHomelab(release));
  };
  afterEach(() => client.close());

  type Headers = Readonly<Record<string, string>>;
  const begun = async (params: object, headers?: Headers) =>
    String(await client.told(`POST ${NODE}/vzdump`, { storage: "backups", ...params }, headers));
  const taskOf = (upid: string) => {
    const task = cluster.tasks.find(upid);
    return { status: task?.end?.status, log: task?.log ?? [], type: task?.type, id: task?.id };
  };
  const done = async (params: object, headers?: Headers) => {
    const upid = await begun(params, headers);
    cluster.clock.step(600);
    return taskOf(upid);
  };
  const backups = () => (stateOf(cluster)["backups"] ?? "").split("\n");
  const fresh = (before: readonly string[]) => backups().filter((line) => !before.includes(line));
  const used = (id: string) => {
    const storage = cluster.storages.get(id);
    return storage ? usedOn(cluster, { id, storage }, "pve-ms01-01") : 0;
  };

  for (const release of ["8.4", "9.2"] as const) {
    it(`backs up a guest, tells of it as ${release} does, and leaves the guest as it was`, async () => {
      await open(release);
      const before = stateOf(cluster);
      const usedBefore = used("backups");
      const { log, ...task } = await done({
        vmid: 112,
        mode: "snapshot",
        compress: "zstd",
        "notes-template": "{{guestname}} of {{cluster}}\\non {{node}}, {{vmid}}",
        protected: 1,
      });
      expect(task).to.deep.equal({ status: "OK", type: "vzdump", id: "112" });
      expect(log).to.deep.equal([
        `INFO: starting new backup job: vzdump 112 --storage backups --mode snapshot --compress zstd --notes-template '{{guestname}} of {{cluster}}\\non {{node}}, {{vmid}}' --protected 1 --node pve-ms01-01`,
        "INFO: Starting Backup of VM 112 (qemu)",
        "INFO: Backup started at 2027-01-15 08:00:00",
        "INFO: status = running",
        "INFO: VM Name: db-postgres-01",
        "INFO: include disk 'scsi0' 'vm-disks:vm-112-disk-0' 500G",
        "INFO: backup mode: snapshot",
        "INFO: ionice priority: 7",
        "INFO: creating vzdump archive '/mnt/pve/backups/dump/vzdump-qemu-112-2027_01_15-08_00_00.vma.zst'",
        "INFO: archive file size: 25.00GB",
        "INFO: adding notes to backup",
        "INFO: marking backup as protected",
        "INFO: Finished Backup of VM 112 (00:00:05)",
        "INFO: Backup finished at 2027-01-15 08:00:05",
        "INFO: Backup job finished successfully",
        "TASK OK",
      ]);
      expect(differences(before, stateOf(cluster))).to.deep.equal([
        `+ backups: ${FRESH}.zst protected "db-postgres-01 of homelab-pve-cluster\\non pve-ms01-01, 112"`,
      ]);
      expect(used("backups")).to.equal(usedBefore + 25 * GIB);
    });

    it(`to a backup server names it by UTC, on ${release}`, async () => {
      await open(release);
      const [first] = cluster.nodes;
      if (first) first.timezone = "Europe/Berlin";
      const before = backups();
      const { log, status } = await done({ vmid: "112,200", storage: "pbs-offsite" });
      expect(status).to.equal("OK");
      expect(fresh(before)).to.deep.equal([
        "pbs-offsite:backup/ct/200/2027-01-15T08:00:05Z",
        "pbs-offsite:backup/vm/112/2027-01-15T08:00:00Z",
      ]);
      expect(log).to.include("INFO: creating Proxmox Backup Server archive 'vm/112/2027-01-15T08:00:00Z'");
      expect(log).to.include("INFO: Backup started at 2027-01-15 09:00:00");
    });

    it(`keeps what the call says, else what the storage says, else all, on ${release}`, async () => {
      await open(release);
      const count = () => backups().filter((line) => line.startsWith("backups:backup/vzdump-qemu-112")).length;
      const before = count();
      await done({ vmid: 112 });
      expect(count()).to.equal(before + 1);
      await client.told("PUT /storage/backups", { "prune-backups": "keep-last=5" });
      const { log } = await done({ vmid: 112 });
      // One is protected, and is never counted.
      expect(count()).to.equal(6);
      expect(log).to.include.members([
        "INFO: prune older backups with retention: keep-last=5",
        "INFO: removing backup 'backups:backup/vzdump-qemu-112-2027_01_02-02_03_00.vma.zst'",
        "INFO: pruned 11 backup(s) not covered by keep-retention policy",
      ]);
      await done({ vmid: 112, "prune-backups": "keep-last=2" });
      expect(count()).to.equal(3);
      const limited = await done({ vmid: 112, remove: 0, "prune-backups": "keep-last=2" });
      expect([limited.status, count()]).to.deep.equal(["job errors", 3]);
      expect(limited.log.join("\n")).to.include(
        "ERROR: Backup of VM 112 failed - There is a max backup limit of 2 enforced by the target storage or the vzdump parameters.",
      );
      await done({ vmid: 112, remove: 0, "prune-backups": "keep-all=1" });
      expect(count()).to.equal(4);
    });

    it(`takes all guests of its node, one after another, and none of the others', on ${release}`, async () => {
      await open(release);
      const before = backups();
      expect(await done({ all: 1, exclude: "110" })).to.deep.include({ status: "OK", id: "" });
      expect(fresh(before).map((line) => line.replace(/.*vzdump-/, ""))).to.deep.equal([
        "lxc-200-2027_01_15-08_00_10.tar",
        "qemu-101-2027_01_15-08_00_00.vma",
        "qemu-112-2027_01_15-08_00_05.vma",
      ]);
      expect(await begun({ vmid: "102,103" })).to.equal("OK");
      expect(await begun({ pool: "production", mode: "stop" })).to.match(/:vzdump:112:/);
    });

    it(`tells what holds where nothing is said, on ${release}`, async () => {
      await open(release);
      await client.told("PUT /storage/backups", { "prune-backups": "keep-last=5" });
      const defaults = await client.told(`GET ${NODE}/vzdump/defaults`, { storage: "backups" });
      expect(defaults).to.deep.include({
        storage: "backups",
        dumpdir: "/mnt/pve/backups/dump",
        "prune-backups": "keep-last=5",
        mode: "snapshot",
        compress: "0",
        lockwait: 180,
        remove: 1,
        ionice: 7,
      });
      expect("notification-policy" in Object(defaults)).to.equal(release === "8.4");
      const wrong = await client.ask(`GET ${NODE}/vzdump/defaults`);
      expect([wrong.status, wrong.reason]).to.deep.equal([
        500,
        "can't use storage 'local' for backups - wrong content type",
      ]);
    });
  }

  it("holds the guest's lock while it runs: no change, no start, no second backup", async () => {
    await open();
    await begun({ vmid: 112 });
    cluster.clock.step(2);
    expect(Object(await client.told(`GET ${NODE}/qemu/112/status/current`)).lock).to.equal("backup");
    const refused = await client.ask(`PUT ${NODE}/qemu/112/config`, { cores: 2 });
    expect([refused.status, refused.body.message]).to.deep.equal([500, "VM is locked (backup)\n"]);
    const start = String(await client.told(`POST ${NODE}/qemu/112/status/start`));
    cluster.clock.step(1);
    expect(taskOf(start).status).to.equal("VM is locked (backup)");
    cluster.clock.step(60);
    await client.told(`PUT ${NODE}/qemu/112/config`, { cores: 2 });
  });

  it("waits for the one before it on its node, as long as it is told to", async () => {
    await open();
    const first = await begun({ vmid: "101,110,112,200" });
    const second = await begun({ vmid: 200, "notes-template": "second" });
    const impatient = await begun({ vmid: 200, lockwait: 0 });
    cluster.clock.step(20.5);
    expect(taskOf(first).status).to.equal("OK");
    expect(taskOf(second)).to.deep.include({ status: undefined });
    expect(taskOf(second).log.slice(0, 2)).to.deep.equal([
      "INFO: trying to get global lock - waiting...",
      "INFO: got global lock",
    ]);
    expect(taskOf(impatient)).to.deep.include({
      status: "unexpected status",
      log: ["ERROR: can't acquire lock '/var/run/vzdump.lock' (wait = 0)"],
    });
    cluster.clock.step(10);
    expect(taskOf(second).status).to.equal("OK");
    cluster.nodes[0]?.locks.add("/var/run/vzdump.lock");
    const late = await begun({ vmid: 200, lockwait: 2 });
    cluster.clock.step(125);
    expect(taskOf(late)).to.deep.include({ status: "unexpected status" });
    expect(taskOf(late).log).to.include("ERROR: can't acquire lock '/var/run/vzdump.lock' - got timeout");
  });

  for (const { kind, vmid, lines } of [
    {
      kind: "qemu",
      vmid: 101,
      lines: [
        "INFO: stopping virtual guest",
        "INFO: starting kvm to execute backup task",
        "INFO: resuming VM again after 5 seconds",
      ],
    },
    {
      kind: "lxc",
      vmid: 200,
      lines: ["INFO: stopping virtual guest", "INFO: restarting vm", "INFO: guest is online again after 10 seconds"],
    },
  ])
    it(`in mode stop shuts a guest of kind ${kind} down and has it run again`, async () => {
      await open();
      const upid = await begun({ vmid, mode: "stop" });
      cluster.clock.step(7);
      const guest = cluster.guests.get(vmid);
      expect(guest?.startedAt === undefined).to.equal(kind === "lxc");
      cluster.clock.step(60);
      expect(taskOf(upid).status).to.equal("OK");
      expect(taskOf(upid).log.filter((line) => lines.includes(line))).to.deep.equal(lines);
      expect(guest?.startedAt).to.equal(NOW + (kind === "lxc" ? 10 : 5));
    });

  it("that is ended on the way leaves no backup, no lock, and its guest running", async () => {
    await open();
    const before = stateOf(cluster);
    const upid = await begun({ vmid: "200,101", mode: "stop" });
    cluster.clock.step(13);
    await client.told(`DELETE ${NODE}/tasks/${encodeURIComponent(upid)}`);
    expect(taskOf(upid).status).to.equal("interrupted by signal");
    expect(taskOf(upid).log.slice(-4)).to.deep.equal([
      "ERROR: Backup of VM 200 failed - interrupted by signal",
      "INFO: Failed at 2027-01-15 08:00:13",
      "ERROR: Backup job failed - interrupted by signal",
      "TASK ERROR: interrupted by signal",
    ]);
    expect(differences(before, stateOf(cluster))).to.deep.equal([
      "+ backups: backups:backup/vzdump-qemu-101-2027_01_15-08_00_00.vma",
    ]);
    expect((await done({ vmid: 200 })).status).to.equal("OK");
  });

  it("is ended by one that is told to stop those that run", async () => {
    await open();
    const upid = await begun({ vmid: 200 });
    cluster.clock.step(1);
    expect(await client.told(`POST ${NODE}/vzdump`, { stop: 1 })).to.equal("OK");
    expect(taskOf(upid).status).to.equal("interrupted by signal");
  });

  it("on a node that goes down leaves the guest locked", async () => {
    await open();
    const [, second] = cluster.nodes;
    const upid = String(await client.told("POST /nodes/pve-ms01-02/vzdump", { storage: "backups", vmid: 111 }));
    cluster.clock.step(1);
    second?.leave();
    cluster.clock.step(60);
    second?.comeBack();
    expect(taskOf(upid).status).to.equal("unexpected status");
    expect(cluster.guests.get(111)?.config.values.get("lock")).to.equal("backup");
    const again = String(await client.told("POST /nodes/pve-ms01-02/vzdump", { storage: "backups", vmid: 111 }));
    cluster.clock.step(60);
    expect(taskOf(again).log).to.include("ERROR: Backup of VM 111 failed - VM is locked (backup)");
  });

  for (const { what, params, change, errors, left } of [
    {
      what: "does not exist",
      params: { vmid: "200,999" },
      errors: ["ERROR: Backup of VM 999 failed - unable to find VM '999'"],
      left: 1,
    },
    {
      what: "is locked",
      params: { vmid: "101,200" },
      change: (of: Cluster) => of.guests.get(101)?.config.values.set("lock", "migrate"),
      errors: ["ERROR: Backup of VM 101 failed - VM is locked (migrate)"],
      left: 1,
    },
    {
      what: "is too large for what is left of the storage",
      params: { vmid: "101,112,200" },
      change: (of: Cluster) => {
        const storage = of.storages.get("backups");
        if (storage) storage.total = 960 * GIB;
      },
      errors: [
        "INFO: zstd: error 70 : Write error : cannot write block : No space left on device",
        "INFO: aborting backup job",
        "ERROR: Backup of VM 112 failed - vma_queue_write: write error - Broken pipe",
      ],
      left: 2,
    },
    {
      what: "has as many protected backups as it may",
      params: { vmid: "112,200", protected: 1 },
      change: (of: Cluster) => of.storages.get("backups")?.values.set("max-protected-backups", "1"),
      errors: [
        "ERROR: Backup of VM 112 failed - The number of protected backups per guest is limited to 1 on storage 'backups'",
      ],
      left: 1,
    },
  ])
    it(`goes on with the others where one guest ${what}, and ends with job errors`, async () => {
      await open();
      change?.(cluster);
      const before = backups();
      const { status, log } = await done(params);
      expect(status).to.equal("job errors");
      expect(log).to.include.members([...errors, "INFO: Backup job finished with errors"]);
      expect(fresh(before)).to.have.length(left);
    });

  for (const { what, params, change, status } of [
    {
      what: "cannot be reached from the node",
      params: { storage: "nfs-weekly" },
      change: (of: Cluster) => of.storages.get("nfs-weekly")?.offline.add("pve-ms01-01"),
      status: "could not activate storage 'nfs-weekly': storage 'nfs-weekly' is not online",
    },
    {
      what: "holds no backups",
      params: { storage: "vm-disks" },
      status:
        "could not get storage information for 'vm-disks': can't use storage 'vm-disks' for backups - wrong content type",
    },
    {
      what: "is not there",
      params: { storage: "none" },
      status:
        "could not activate storage 'none': storage 'none' does not exist could not get storage information for 'none': storage 'none' does not exist",
    },
  ])
    it(`fails after its 200 where the storage ${what}`, async () => {
      await open();
      change?.(cluster);
      const before = backups();
      expect((await done({ vmid: "101,200", ...params })).status).to.equal(status);
      expect(fresh(before)).to.deep.equal([]);
    });

  it("of a guest that one may not back up fails late and does nothing; of all it passes over it", async () => {
    await open();
    await client.told("PUT /access/acl", { path: "/storage/backups", roles: "PVEDatastoreUser", users: "anna@pve" });
    const anna = await client.as("anna@pve", "lab-anna");
    const before = backups();
    expect((await done({ vmid: "110,101" }, anna)).status).to.equal(
      "403 Permission check failed (/vms/101, VM.Backup)",
    );
    expect(fresh(before)).to.deep.equal([]);
    expect((await done({ all: 1 }, anna)).status).to.equal("OK");
    expect(fresh(before)).to.have.length(2);
  });

  for (const { params, status, words } of [
    { params: { all: 1, vmid: 101 }, status: 400, words: { all: "option conflicts with option 'vmid'" } },
    { params: { pool: "general", vmid: 101 }, status: 400, words: { pool: "option conflicts with option 'vmid'" } },
    { params: {}, status: 400, words: { vmid: "property is missing" } },
    {
      params: { vmid: 101, stdout: 1 },
      status: 400,
      words: { stdout: "option is only allowed on the command line interface." },
    },
    { params: { vmid: 101, script: "/x" }, status: 400, words: { script: "Only root may set this option." } },
  ])
    it(`refuses ${JSON.stringify(params)}`, async () => {
      await open();
      const answer = await client.ask(`POST ${NODE}/vzdump`, { storage: "backups", ...params });
      expect([answer.status, answer.body.errors]).to.deep.equal([status, words]);
    });

  for (const { params, reason } of [
    { params: { vmid: 110 }, reason: "Permission check failed (/storage/backups, Datastore.AllocateSpace)" },
    {
      params: { vmid: 110, "prune-backups": "keep-last=1" },
      reason: "Permission check failed (/storage/backups, Datastore.Allocate)",
    },
    { params: { vmid: 110, bwlimit: 5 }, reason: "Permission check failed (/, Sys.Modify)" },
    { params: { stop: 1 }, reason: "Permission check failed (/nodes/pve-ms01-01, Sys.Modify)" },
  ])
    it(`is not for everybody: ${JSON.stringify(params)}`, async () => {
      await open();
      const anna = await client.as("anna@pve", "lab-anna");
      const answer = await client.ask(`POST ${NODE}/vzdump`, { storage: "backups", ...params }, anna);
      expect([answer.status, answer.reason]).to.deep.equal([403, reason]);
    });

  for (const { fault, left } of [
    { fault: { fail: "it broke" }, left: 0 },
    { fault: { fail: "it broke", late: true }, left: 1 },
  ])
    it(`that is told ${JSON.stringify(fault)} leaves ${left === 0 ? "nothing" : "its backup"}, and says so`, async () => {
      await open();
      const before = backups();
      cluster.faults.tasks({ type: "vzdump", times: 1, ...fault });
      const { status, log } = await done({ vmid: 112 });
      expect([status, log.at(-1)]).to.deep.equal(["it broke", "TASK ERROR: it broke"]);
      expect(fresh(before)).to.have.length(left);
      expect((await done({ vmid: 112 })).status).to.equal("OK");
    });
});
