import type { Answer, Command } from "../command.ts";
import { disksOf } from "../machine/storage.ts";
import { notHere } from "./arguments.ts";

export const zpool: Command = ({ host, argv }): Answer => {
  const { root } = host.node.machine;
  if (argv[0] !== "status" && argv[0] !== "list") return notHere("zpool", argv.join(" "));
  if (root !== "zfs") return { stdout: "no pools available\n" };
  if (argv.includes("-x")) return { stdout: "all pools are healthy\n" };
  const on = disksOf(host.node.machine).disks.flatMap(({ partitions }) => partitions)[2]?.name ?? "";
  const disk = argv.includes("-P") ? `/dev/${on}` : on;
  if (argv[0] === "list")
    return {
      stdout: argv.includes("-H")
        ? `rpool\t472G\t60G\t412G\t-\t-\t2%\t12%\t1.00x\tONLINE\t-\n`
        : "NAME    SIZE  ALLOC   FREE  CKPOINT  EXPANDSZ   FRAG    CAP  DEDUP    HEALTH  ALTROOT\nrpool   472G    60G   412G        -         -     2%    12%  1.00x    ONLINE  -\n",
    };
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
