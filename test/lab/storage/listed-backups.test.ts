import { expect } from "chai";
import { Clock } from "../../../lab/clock.ts";
import { ClusterFile, clusterOf } from "../../../lab/cluster-file.ts";
import { stateOf } from "../../../lab/state.ts";

describe("the backups that a cluster file lists", () => {
  /** The names of them, with 2027-01-15 08:00:00 UTC as the time of the lab. */
  function names(...backups: readonly object[]): string[] {
    const clock = new Clock(1_800_000_000_000);
    clock.stop();
    const file = ClusterFile.parse({
      name: "x",
      nodes: [{ name: "pve1" }, { name: "pve2", timezone: "Europe/Berlin" }],
      storages: [
        { storage: "dump", type: "dir", path: "/dump", content: "backup", capacity: "20GiB" },
        { storage: "nas", type: "nfs", server: "nas.example", export: "/x", content: "backup" },
        { storage: "pbs", type: "pbs", server: "pbs.example", datastore: "x", username: "x@pbs", password: "x" },
        { storage: "iso", type: "dir", path: "/iso", content: "iso" },
      ],
      guests: [
        { vmid: 100, type: "qemu", node: "pve1", scsi0: "dump:vm-100-disk-0,size=20G" },
        { vmid: 200, type: "lxc", node: "pve2", rootfs: "dump:vm-200-disk-0,size=8G" },
      ],
      backups,
    });
    const text = stateOf(clusterOf(file, { clock }))["backups"] ?? "";
    return text.trimEnd().split("\n");
  }

  for (const { what, backup, there } of [
    {
      what: "the last days",
      backup: { storage: "nas", vmid: 100, last: "3 days" },
      there: ["2027_01_13-02_00_00", "2027_01_14-02_00_00", "2027_01_15-02_00_00"].map(
        (time) => `nas:backup/vzdump-qemu-100-${time}.vma.zst`,
      ),
    },
    {
      what: "an hour that is still to come today",
      backup: { storage: "nas", vmid: 100, last: "1 day", at: "08:01" },
      there: ["nas:backup/vzdump-qemu-100-2027_01_14-08_01_00.vma.zst"],
    },
    {
      what: "several guests one after another, each by its node's clock",
      backup: { storage: "nas", vmid: [100, 200], last: "1 day", at: "08:30" },
      there: [
        "nas:backup/vzdump-lxc-200-2027_01_15-08_33_00.tar.zst",
        "nas:backup/vzdump-qemu-100-2027_01_14-08_30_00.vma.zst",
      ],
    },
    {
      what: "a storage that each node has for itself",
      backup: { storage: "dump", vmid: 200, last: "1 hour", at: "00:05" },
      there: ["pve2/dump:backup/vzdump-lxc-200-2027_01_15-08_05_00.tar.zst"],
    },
    {
      what: "a backup server",
      backup: { storage: "pbs", vmid: 200, last: "2 weeks", at: "02:00" },
      there: ["pbs:backup/ct/200/2027-01-08T01:00:00Z", "pbs:backup/ct/200/2027-01-15T01:00:00Z"],
    },
    {
      what: "months and a guest that is gone",
      backup: { storage: "pbs", vmid: 300, type: "lxc", last: "2 months", at: "02:00", protected: true },
      there: ["pbs:backup/ct/300/2026-12-15T02:00:00Z protected", "pbs:backup/ct/300/2027-01-15T02:00:00Z protected"],
    },
    {
      what: "years",
      backup: { storage: "pbs", vmid: 100, last: "2 years", at: "02:00" },
      there: ["pbs:backup/vm/100/2026-01-15T02:00:00Z", "pbs:backup/vm/100/2027-01-15T02:00:00Z"],
    },
    {
      what: "exact times, of the node's clock or in UTC",
      backup: { storage: "nas", vmid: 200, times: ["2026-07-01 02:00:00", "2026-07-02T02:00:00Z"], notes: "x" },
      there: ["2026_07_01-02_00_00", "2026_07_02-04_00_00"].map(
        (time) => `nas:backup/vzdump-lxc-200-${time}.tar.zst "x"`,
      ),
    },
    {
      what: "one that was renamed",
      backup: { storage: "nas", vmid: 100, times: ["2026-07-01 02:00:00"], name: "vzdump-qemu-100-golden.vma" },
      there: ["nas:backup/vzdump-qemu-100-golden.vma"],
    },
  ])
    it(`may be of ${what}`, () => {
      expect(names(backup)).to.deep.equal(there);
    });

  for (const { backup, words } of [
    { backup: { storage: "none", vmid: 100, last: "1 day" }, words: /'none', which is no storage of the file/ },
    {
      backup: { storage: "iso", vmid: 100, last: "1 day" },
      words: /'iso', which is no storage of the file that holds/,
    },
    { backup: { storage: "dump", vmid: 100, last: "30 days" }, words: /on 'dump' are more than there is room for/ },
    { backup: { storage: "nas", vmid: 100 }, words: /want either last or times/ },
    { backup: { storage: "nas", vmid: 100, last: "a while" }, words: /want like 40 days/ },
    { backup: { storage: "nas", vmid: 100, times: ["yesterday"] }, words: /want like 2026-01-31 02:00:00/ },
    { backup: { storage: "nas", vmid: 100, last: "2 days", name: "x.vma" }, words: /a name is for one backup/ },
    {
      backup: { storage: "nas", vmid: 100, times: ["2026-07-01 02:00:00"], name: "golden.img" },
      words: /no backup is named 'golden.img'/,
    },
  ])
    it(`are refused as ${JSON.stringify(backup)}`, () => {
      expect(() => names(backup)).to.throw(words);
    });
});
