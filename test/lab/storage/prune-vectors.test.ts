import { expect } from "chai";
import { ClusterFile, clusterOf } from "../../../lab/cluster-file.ts";
import { activated } from "../../../lab/storage/active.ts";
import { marked } from "../../../lab/storage/prune.ts";
import { parseRetention } from "../../../lab/storage/retention.ts";

/** What PVE's own tests of pruning say: the backups of each list by name, and what each call makes of them. */
const OF = (vmid: number) => [
  `vzdump-lxc-${vmid}-2020_01_01-12_18_21.tar.zst`,
  `vzdump-qemu-${vmid}-2018_05_26-11_18_21.tar.zst`,
  `vzdump-qemu-${vmid}-2019_12_31-11_18_21.tar.zst`,
  `vzdump-qemu-${vmid}-2019_12_31-11_18_51.tar.zst`,
  `vzdump-qemu-${vmid}-2019_12_31-11_19_21.tar.zst`,
  `vzdump-qemu-${vmid}-2020_01_01-11_18_21.tar.zst`,
  `vzdump-qemu-${vmid}-2020_01_01-12_18_21.tar.zst`,
];
const LISTS = {
  many: [1234, 9001].flatMap((vmid) => [...OF(vmid), `vzdump-${vmid}-renamed.tar.zst`]),
  far: ["vzdump-lxc-321-1970_01_01-00_01_23.tar.zst", "vzdump-lxc-321-2070_01_01-00_01_00.tar.zst"],
  nobody: ["vzdump-lxc-novmid.tar.gz"],
  three: ["2019_12_25", "2019_12_31", "2020_01_01"].map((day) => `vzdump-qemu-7654-${day}-12_18_21.tar.zst`),
  weeks: ["2020_12_03", "2020_12_04", "2020_12_07"].map((day) => `vzdump-qemu-7654-${day}-12_18_21.tar.zst`),
};
const PROTECTED = /2019_12_31-11_18_51/;

describe("PVE's own examples of a prune", () => {
  const clusterWith = (files: readonly string[]) =>
    clusterOf(
      ClusterFile.parse({
        name: "vectors",
        nodes: [{ name: "pve1" }],
        storages: [{ storage: "dump", type: "dir", path: "/dump", content: "backup" }],
        backups: files.map((name) => ({
          storage: "dump",
          vmid: 100,
          times: ["1970-01-01 00:20:34"],
          size: 1,
          name,
          protected: PROTECTED.test(name),
        })),
      }),
    );

  // A letter for each backup of a guest in the order of the names: kept, removed, protected, renamed.
  for (const { keep, list = "many", vmid, type, marks } of [
    { keep: "keep-last=3", marks: "NKRRPKKK" },
    { keep: "keep-weekly=2", vmid: 1234, marks: "NKKRPRRK" },
    { keep: "keep-hourly=0,keep-daily=1,keep-weekly=1,keep-monthly=1", marks: "NKKRPKRK" },
    { keep: "keep-hourly=4,keep-daily=0", vmid: 1234, marks: "NKKRPKKK" },
    { keep: "keep-yearly=2", marks: "NKRRPKRK" },
    { keep: "keep-last=2,keep-hourly=2", vmid: 1234, marks: "NKKRPKKK" },
    { keep: "keep-last=1,keep-monthly=2", marks: "NKKRPKRK" },
    { keep: "keep-monthly=3", vmid: 1234, marks: "NKKRPKRK" },
    { keep: "keep-last=1,keep-daily=1,keep-weekly=1", marks: "NKKRPKRK" },
    { keep: "keep-daily=2", vmid: 1234, marks: "NKRRPKRK" },
    { keep: "keep-weekly=1,keep-monthly=1", marks: "NKKRPRRK" },
    { keep: "keep-weekly=1,keep-yearly=1", vmid: 1234, marks: "NKKRPRRK" },
    { keep: "keep-weekly=1,keep-yearly=1", vmid: 1234, type: "qemu", marks: "KRPRRK" },
    { keep: "keep-last=1", vmid: 1234, type: "lxc", marks: "K" },
    { keep: "keep-yearly=1", list: "far", marks: "RK" },
    { keep: "keep-last=1", list: "nobody", marks: "N" },
    { keep: "", marks: "NKKKPKKK" },
    { keep: "keep-last=0,keep-hourly=0,keep-daily=0,keep-weekly=0,keep-yearly=0", marks: "NKKKPKKK" },
    { keep: "keep-daily=1,keep-weekly=1,keep-monthly=1", list: "three", marks: "KRK" },
    { keep: "keep-daily=1,keep-weekly=1", list: "weeks", marks: "RKK" },
  ] as const satisfies readonly { list?: keyof typeof LISTS; [key: string]: unknown }[])
    it(`${keep || "nothing"} of ${vmid ?? "all"} ${type ?? ""} in ${list}`, () => {
      const cluster = clusterWith(LISTS[list]);
      const [node] = cluster.nodes;
      if (!node) throw new Error("a cluster has a node");
      const entries = marked(cluster, node, activated(cluster, node, "dump"), parseRetention(keep), { vmid, type });
      const letters = { keep: "K", remove: "R", protected: "P", renamed: "N" };
      const ofGuests = Map.groupBy(entries, ({ backup }) => backup.vmid).values();
      const told = [...ofGuests].map((ofGuest) => ofGuest.map(({ mark }) => letters[mark]).join(""));
      expect(told).to.deep.equal(list === "many" && vmid === undefined ? [marks, marks] : [marks]);
    });
});
