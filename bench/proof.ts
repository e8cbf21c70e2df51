import type { State } from "../lab/state.ts";
import type { Result } from "../setup/engine/command.ts";
import type { Course } from "./contender.ts";
import type { Ground } from "./ground.ts";
import type { Phase } from "./phases.ts";
import type { Subject } from "./subject.ts";

const LINES_TO_SHOW = 40;

/** Stops where a phase did not do what it should: else a fast failure would be the winner. */
export function mustHaveEnded(
  { code, stdout, stderr }: Result,
  { code: wanted, words }: ReturnType<Course["expects"]>,
) {
  const said = `${stdout}\n${stderr}`;
  // Pulumi aligns its summary.
  if (code === wanted && said.replace(/ +/g, " ").includes(words)) return;
  const end = said.trim().split("\n").slice(-LINES_TO_SHOW).join("\n");
  throw new Error(`exit ${code}, wanted ${wanted} and the words "${words}". It said at its end:\n${end}`);
}

/** Stops where the ground is not as it should be after a phase: `made` is how many of the subject there are to be. */
export async function mustStand(
  ground: Ground,
  before: State,
  { subject, made }: { readonly subject: Subject; readonly made: number },
): Promise<void> {
  const differences = (await ground.differencesFrom(before)).filter((line) => !subject.isLeft?.(pathOf(line)));
  const others = made === 0 ? differences : differences.filter((line) => !subject.isWritten(pathOf(line)));
  if (others.length > 0) throw new Error(`it is not as it was before:\n${others.join("\n")}`);
  const shortfall = subject.shortfall(before, await ground.state(), made);
  if (shortfall !== undefined) throw new Error(shortfall);
}

/** Of which file a line like `+ jobs.cfg: …` is. */
const pathOf = (line: string): string => line.slice(2, line.indexOf(": "));

/** Between up and destroy it is all there. */
export const stands = (phase: Phase): boolean => phase === "up" || phase === "preview again";
