import { marksIn } from "./marks.ts";
import { mutedLine } from "./muted-line.ts";
import { ownerIn } from "./owned.ts";

/** Who a line is from: a resource of ours, ghostctl, or anybody else. */
type Origin = { readonly by: "us"; readonly name: string } | { readonly by: "ghostctl" } | { readonly by: "somebody" };

/** A line of a file, counted from 1, and who it is from. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly origin: Origin;
}

/** A line as a person looks for it. */
export const placeWords = ({ path, line }: Place): string => `${path}:${line}`;

const SOMEBODY: Origin = { by: "somebody" };
const GHOSTCTL = /# *ghostctl-managed/;

/** Who each line of a binary text is from; our marks, heading, what they hold, and lines that we mute are ours. */
export function originsIn(text: string): Origin[] {
  const lines = text.split("\n");
  const owner = ownerIn(text);
  if (owner !== undefined) return lines.map(() => ({ by: "us", name: owner }));
  const origins = lines.map((): Origin => SOMEBODY);
  const marks = marksIn(lines).filter(({ whole }) => whole);
  for (const [n, begin] of marks.entries()) {
    const end = marks[n + 1];
    if (begin.is === "BEGIN" && end?.is === "END" && end.name === begin.name)
      origins.fill({ by: "us", name: begin.name }, begin.at, end.at + 1);
  }
  // To ghostctl's marker it makes no difference that we were there since.
  const others = [...lines.entries()].flatMap(([at, line]) =>
    origins[at] === SOMEBODY ? [{ at, ...mutedLine(line) }] : [],
  );
  const theirs = new Set(ghostctlLines(others.map(({ line }) => line)));
  for (const [n, { at, by }] of others.entries())
    if (by[0] !== undefined) origins[at] = { by: "us", name: by[0] };
    else if (theirs.has(n)) origins[at] = { by: "ghostctl" };
  return origins;
}

/** A marker above all else marks the whole file, one behind words its line, any other all down to an empty line. */
function ghostctlLines(lines: readonly string[]): number[] {
  const first = lines.findIndex((line) => /[^ \t\r]/.test(line));
  let isUnder = false;
  return lines.flatMap((line, at) => {
    const marker = GHOSTCTL.exec(line);
    const isAlone = marker !== null && /^[ \t]*$/.test(line.slice(0, marker.index));
    if (isAlone) isUnder = true;
    else if (/^[ \t\r]*$/.test(line) && !GHOSTCTL.test(lines[first] ?? "")) isUnder = false;
    return marker !== null || isUnder ? [at] : [];
  });
}
