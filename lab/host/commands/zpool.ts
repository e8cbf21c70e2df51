import type { Answer, Command } from "../command.ts";
import { disksOf } from "../machine/storage.ts";
import { notHere } from "./arguments.ts";

export const zpool: Command = ({ host, argv }): Answer => {
  const { root } = host.node.machine;
  if (argv[0] !== "status" && argv[0] !== "list") return notHere("zpool", argv.join(" "));
  // Letters may stand together, as in `-vHLP`.
  const has = (letter: string) => argv.some((word) => new RegExp(`^-[a-zA-Z]*${letter}`).test(word));
  if (root !== "zfs") return { stdout: "no pools available\n" };
  if (has("x")) return { stdout: "all pools are healthy\n" };
  const on = disksOf(host.node.machine).disks.flatMap(({ partitions }) => partitions)[2]?.name ?? "";
  const disk = has("P") ? `/dev/${on}` : on;
  if (argv[0] === "list") return { stdout: list(has, disk) };
  return {
    stdout: `  pool: rpool
 state: ONLINE
config:

\tNAME        STATE     READ WRITE CKSUM
\trpool       ONLINE       0     0     0
\t  ${disk.padEnd(10)}ONLINE       0     0     0

errors: No known data errors
`,
  };
};

const POOL = ["472G", "60G", "412G", "-", "-", "2%", "12%", "1.00x", "ONLINE", "-"];
const DISK = ["475G", "60G", "412G", "-", "-", "2%", "12.7%", "-", "ONLINE"];

function list(has: (letter: string) => boolean, disk: string): string {
  if (has("H")) return `${["rpool", ...POOL].join("\t")}\n${has("v") ? `\t${[disk, ...DISK].join("\t")}\n` : ""}`;
  const rows = [
    ["NAME", "SIZE", "ALLOC", "FREE", "CKPOINT", "EXPANDSZ", "FRAG", "CAP", "DEDUP", "HEALTH", "ALTROOT"],
    ["rpool", ...POOL],
    ...(has("v") ? [[`  ${disk}`, ...DISK]] : []),
  ];
  return rows
    .map(([name = "", ...words]) => `${name.padEnd(18)}${words.map((word) => word.padStart(9)).join("")}\n`)
    .join("");
}
