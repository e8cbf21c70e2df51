import type { State } from "../lab/state.ts";
import type { Result } from "../setup/engine/command.ts";
import type { Course } from "./contender.ts";
import type { LabProcess } from "./lab-process.ts";
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

/** Stops where the cluster is not as it should be after a phase: `made` is how many of the subject there are to be. */
export async function mustStand(
  lab: LabProcess,
  before: State,
  { subject, made }: { readonly subject: Subject; readonly made: number },
): Promise<void> {
  const differences = await lab.differencesFrom(before);
  const others = made === 0 ? differences : differences.filter((line) => !isOf(subject, line));
  if (others.length > 0) throw new Error(`the cluster is not as it was before:\n${others.join("\n")}`);
  const shortfall = subject.shortfall(before, await lab.state(), made);
  if (shortfall !== undefined) throw new Error(shortfall);
}

/** Whether a line like `+ jobs.cfg: …` is of a file that the subject is written to. */
const isOf = ({ files }: Subject, line: string): boolean => files.some((file) => line.slice(2).startsWith(`${file}:`));

/** Between up and destroy it is all there. */
export const stands = (phase: Phase): boolean => phase === "up" || phase === "preview again";
