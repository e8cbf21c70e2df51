import type { HostFacts } from "./host-facts.ts";

type Late = Pick<HostFacts, "late">;

/** What did not answer on a host, and what comes of that. */
export const lateWords = ({ late }: Late): string[] =>
  late.map((what) =>
    what === "zpool"
      ? "zpool does not answer there: each of its disks counts as used"
      : `${what} does not answer there: nobody can tell its guests and its cluster`,
  );

/** Why a host on which something hangs is not as it should be after its start. */
export const poolsHang = ({ late }: Late): string[] => (late.includes("zpool") ? ["zpool does not answer"] : []);
