import { counted, few } from "../core/counting.ts";
import { type Finding, info, warning } from "../core/finding.ts";
import type { Facts } from "./backup-facts.ts";
import { disagreements, type Fall, falls, together, zoneOf } from "./falls.ts";
import { retentionWords } from "./retention.ts";
import { backupWords, guestWords, sizeWords, timeWords } from "./words.ts";

/** What retention takes, and what it leaves. Pure. */
export function losses(facts: Facts): Finding[] {
  const all = falls(facts);
  const declared = all.filter(({ pruning }) => pruning.declared);
  const going = Map.groupBy(
    declared.flatMap(({ now, ...fall }) => now.map((backup) => ({ ...fall, backup }))),
    ({ backup }) => backup.volid,
  );
  const gone = [...going.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { backup, guest, pruning } = first;
    const made = timeWords(backup.ctime, zoneOf(pruning, facts.zones));
    const jobs = few(group.map((one) => one.pruning.job));
    const message = `${backupWords(backup)} of ${guestWords(guest)}, made ${made}, goes with the next run of ${jobs}, by ${few(group.map((one) => one.pruning.by))}.`;
    return [warning("would-remove", backup.volid, message)];
  });
  const staying = together(all)
    .filter(({ loses }) => loses)
    .map(({ guest, storage, by, all: there, left, lasting }) => {
      const turns = left.length - lasting.length;
      const later = turns === 0 ? "" : `, of which ${turns} go${turns === 1 ? "es" : ""} when a newer one is there`;
      const message = `${guestWords(guest)} keeps ${left.length} of ${there.length} on ${storage} by ${by}${later}.`;
      return { ...info("remains", String(guest.vmid), message), amount: left.length };
    });
  const differing = disagreements(facts).map(({ run: { pruning }, volids }) =>
    warning(
      "dry-run-differs",
      pruning.storage,
      `By ${pruning.by} (${retentionWords(pruning.retention)}) the cluster would do otherwise than we reckon with ${volids.join(", ")}: what it says counts here.`,
    ),
  );
  const untold = facts.untold.map(({ by, storage, why }) =>
    warning("untold", storage, `Nobody can tell what ${by} would remove from ${storage}: ${why}`),
  );
  return [...totals(declared), ...gone, ...staying, ...differing, ...untold];
}

/** A line for each job that would remove any, before all the single ones. */
function totals(all: readonly Fall[]): Finding[] {
  const jobs = [...new Set(all.filter(({ now }) => now.length > 0).map(({ pruning }) => pruning.job))];
  return jobs.map((job) => {
    const own = all.filter(({ pruning, now }) => pruning.job === job && now.length > 0);
    const going = own.flatMap(({ now }) => now);
    const size = going.reduce((sum, one) => sum + (one.size ?? 0), 0);
    const message = `The next run of ${job} removes ${counted(going.length, "backup")} (${sizeWords(size)}) of ${counted(own.length, "guest")} from ${own[0]?.pruning.storage}.`;
    return { ...warning("removes", job, message), amount: going.length };
  });
}
