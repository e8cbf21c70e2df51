import type { State } from "../lab/state.ts";
import type { Result } from "../setup/engine/command.ts";
import type { Course } from "./contender.ts";
import type { LabProcess } from "./lab-process.ts";
import type { Phase } from "./phases.ts";

/** The lines of PVE's own file of users that one token role makes, one of each. */
const KINDS = ["role", "user", "token", "acl"] as const;

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

/** How many more of each kind the cluster has than before. */
export function grown(before: State, after: State): Record<(typeof KINDS)[number], number> {
  const count = (state: State, kind: string) =>
    (state["user.cfg"] ?? "").split("\n").filter((line) => line.startsWith(`${kind}:`)).length;
  const more = (kind: string) => count(after, kind) - count(before, kind);
  return { role: more("role"), user: more("user"), token: more("token"), acl: more("acl") };
}

/** Whether the cluster is as it should be after a phase: `made` is how many token roles there are to be. */
export async function mustStand(lab: LabProcess, before: State, { made }: { readonly made: number }): Promise<void> {
  if (made === 0) {
    const differences = await lab.differencesFrom(before);
    if (differences.length > 0) throw new Error(`the cluster is not as it was before:\n${differences.join("\n")}`);
    return;
  }
  const more = grown(before, await lab.state());
  const short = KINDS.filter((kind) => more[kind] !== made);
  if (short.length === 0) return;
  const words = short.map((kind) => `${more[kind]} of ${kind}`).join(", ");
  throw new Error(`the cluster should have ${made} more of each kind, and has ${words}`);
}

/** Between up and destroy it is all there. */
export const stands = (phase: Phase): boolean => phase === "up" || phase === "preview again";
