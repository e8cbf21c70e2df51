import { type Failure, failureWords } from "./door.ts";
import { type Finding, info, warning } from "./finding.ts";
import { nameOf, urnOf } from "./owner.ts";
import type { Frame } from "./props.ts";
import { type Conflict, conflictWords } from "./standing.ts";
import { Trouble } from "./trouble.ts";

const called = (type: string, { owner }: Frame) => `${type} ${JSON.stringify(nameOf(owner))}`;

/** Stops where a record says that what we would touch belongs to somebody else than us, now or before a rename. */
export function refuseAnothers(
  type: string,
  frame: Frame,
  [claimedBy, before]: readonly [string | undefined, string | undefined],
): void {
  const mine = urnOf(type, frame);
  if (claimedBy === undefined || claimedBy === mine || claimedBy === before) return;
  throw new Trouble({
    doing: `touching ${called(type, frame)}`,
    came: `what stands there under that name belongs to ${claimedBy}, and this is ${mine}`,
    next: "Give one of the two another name, or remove the other first",
  });
}

/** Stops where somebody changed our part since we last looked. */
export function refuseChanged(type: string, frame: Frame, changed: readonly Conflict[], removing: boolean): void {
  if (changed.length === 0) return;
  throw new Trouble({
    doing: `${removing ? "removing" : "writing"} ${called(type, frame)}`,
    came: `somebody changed ${changed.map(({ path }) => path).join(", ")} since`,
    next: "Run pulumi refresh to see it as drift and then decide, or set force to go over it",
    details: details(frame, changed),
  });
}

/** Stops where something stands already that no state and no record of ours knows. */
export function refuseForeign(type: string, frame: Frame, there: readonly Conflict[]): void {
  if (there.length === 0) return;
  throw new Trouble({
    doing: `making ${called(type, frame)}`,
    came: `something else stands there already: ${there.map(({ path }) => path).join(", ")}`,
    next: "Remove it, give this another name, or set force to go over it",
    details: details(frame, there),
  });
}

/** Stops where the world, as it is when it comes to writing, does not allow it. */
export function refuseFailing(type: string, frame: Frame, failures: readonly Failure[]): void {
  if (failures.length === 0) return;
  throw new Trouble({
    doing: `writing ${called(type, frame)}`,
    came: failures.map(failureWords).join("; "),
    next: "Nothing was written",
  });
}

export const notThereYet = (owner: string, failure: Failure): Finding =>
  warning("awaited", owner, `${failureWords(failure)}. Something has to bring that before: up stops here otherwise.`);

/** What to say when something reads back otherwise than it was written; nothing when all is as written. */
export function missing(type: string, frame: Frame, different: readonly Conflict[]): Trouble | undefined {
  if (different.length === 0) return undefined;
  return new Trouble({
    doing: `reading back ${called(type, frame)}`,
    came: `${different.map(({ path }) => path).join(", ")} is not as it was written`,
    next: "Something else may be writing there: find it, then run pulumi up again",
    details: details(frame, different),
  });
}

export const unreadable = (type: string, frame: Frame, failures: readonly Failure[]): Trouble =>
  new Trouble({
    doing: `reading the state of ${called(type, frame)}`,
    came: `this version of pulumi-pve-ops does not understand it (${failures.map(failureWords).join("; ")})`,
    next: "Use the version that wrote it, or a newer one than this",
  });

export const asLastSeen = (owner: string, why: string): Finding =>
  warning(
    "unreachable",
    owner,
    `Shown as it was last seen, since nothing answers now: ${why} An up that has to write there fails.`,
  );

export const takenOver = (owner: string): Finding =>
  info("taken-over", owner, `An earlier run of ${owner} was interrupted: going on from what it left.`);

const details = (frame: Frame, changed: readonly Conflict[]): string =>
  frame.sealed ? "(not shown: an argument is secret)" : changed.map(conflictWords).join("\n");
