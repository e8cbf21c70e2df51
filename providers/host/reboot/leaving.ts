import type { HostFacts } from "../host-facts.ts";

/** The guests that would go down with a host, in words; none where nothing runs there. */
export function guestsWords({ guests }: HostFacts): string | undefined {
  if (guests.length === 0) return undefined;
  const ids = guests.map(({ vmid, kind }) => `${kind === "qemu" ? "VM" : "container"} ${vmid}`);
  return `${ids.toSorted().join(", ")} ${ids.length === 1 ? "runs" : "run"} there`;
}

/** Why the rest of its cluster would have no quorum while a host is away; nothing where there is no cluster. */
export function quorumLost({ said }: Pick<HostFacts, "said">): string | undefined {
  const status = said["corosync"];
  if (status === undefined) return undefined;
  const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? Number.NaN);
  const [total, quorum, own] = [number("Total votes"), number("Quorum"), ownVotes(status)];
  if (status.trim() === "") return "corosync-quorumtool does not answer";
  if (!/^Quorate:\s+Yes/m.test(status)) return "its cluster has no quorum now";
  if (![total, quorum, own].every(Number.isFinite)) return `corosync-quorumtool does not tell: ${status.trim()}`;
  return total - own < quorum
    ? `its cluster has ${total} votes, needs ${quorum}, and ${own} would go with it`
    : undefined;
}

/** `         1          1    A,V,NMW pve1 (local)` */
const ownVotes = (status: string): number => Number(/^\s*\S+\s+(\d+)\s.*\(local\)/m.exec(status)?.[1] ?? Number.NaN);

/** What a Ceph that is not whole says of itself: another host away may stop all of its clients. */
const NOT_WHOLE =
  /HEALTH_ERR|\b(?:osds?|hosts?|mons?|racks?)[^;]* down\b|degraded|undersized|availability|inactive|peering/i;

/** Why Ceph must not lose one of its hosts now; nothing where there is none. */
export function cephIsNotWhole({ said }: Pick<HostFacts, "said">): string | undefined {
  const health = said["ceph"];
  if (health === undefined || (/HEALTH_(?:OK|WARN)/.test(health) && !NOT_WHOLE.test(health))) return undefined;
  return `Ceph is not whole: ${health.trim() || "it does not answer"}`;
}

/** What a start brings in that nobody can heal it from. */
export const networkChanges = ({ files }: Pick<HostFacts, "files">): string | undefined =>
  files["/etc/network/interfaces.new"] === undefined
    ? undefined
    : "its next start brings in changes of its network that were never tried (/etc/network/interfaces.new)";
