import type { HostFacts } from "./host-facts.ts";

type Late = Pick<HostFacts, "late">;

/** Why more of a host's disks may count as used than are. */
export const ZPOOL_LATE = "zpool does not answer there: each of its disks counts as used";

/** What did not answer on a host, and what comes of that. */
export const lateWords = ({ late }: Late): string[] =>
  late.map((what) =>
    what === "zpool" ? ZPOOL_LATE : `${what} does not answer there: nobody can tell its guests and its cluster`,
  );

/** Why a host on which something hangs is not as it should be after its start. */
export const poolsHang = ({ late }: Late): string[] => (late.includes("zpool") ? ["zpool does not answer"] : []);
