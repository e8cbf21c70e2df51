import { CI_FORMATS } from "./ci-formats.ts";
import type { Breach, Verdict } from "./judge.ts";
import type { Change, Planned } from "./preview.ts";

/** How it came out: 2 where it could not be judged. */
export function codeOf({ breaches, unknown }: Verdict): 0 | 1 | 2 {
  if (unknown.length > 0) return 2;
  return breaches.some(({ level }) => level === "refuse") ? 1 : 0;
}

const HEADS = { 0: "Allowed", 1: "Refused: a rule is broken", 2: "Refused: it cannot be judged" } as const;

const counted = (changes: readonly Change[]): string => {
  if (changes.length === 0) return "nothing would change";
  const ops = [...new Set(changes.map(({ op }) => op))].toSorted();
  return ops.map((op) => `${changes.filter((change) => change.op === op).length} × ${op}`).join(", ");
};

const all = ({ breaches, unknown }: Verdict): Breach[] => [...unknown, ...breaches];
const mark = ({ level }: Breach): string => (level === "refuse" ? "✘" : "!");

/** What is said of a judgement, and where none could be made. */
interface Format {
  judged(planned: Planned, verdict: Verdict): string;
  failed(why: string): string;
}

const text: Format = {
  judged: ({ changes }, verdict) =>
    [`${HEADS[codeOf(verdict)]} (${counted(changes)})`, ...all(verdict).map(line), ""].join("\n"),
  // It stands on stderr.
  failed: () => "",
};

const line = (one: Breach): string =>
  `  ${mark(one)} ${one.rule}: ${one.name === undefined ? "" : `${one.name}: `}${one.what}`;

const json: Format = {
  judged({ changes }, verdict) {
    const code = codeOf(verdict);
    const outcome = OUTCOMES[code];
    return written({
      outcome,
      code,
      changes: changes.map(({ urn, name, type, op }) => ({ urn, name, type, op })),
      ...verdict,
    });
  },
  failed: (why) => written({ outcome: OUTCOMES[2], code: 2, why }),
};

const OUTCOMES = { 0: "allowed", 1: "refused", 2: "cannot tell" } as const;
const written = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** For the comment on a change that somebody proposes. */
const markdown: Format = {
  judged({ changes }, verdict) {
    const rows = changes.map(
      ({ op, name, type }) => `| ${op} | ${cell(name)} | ${cell(type.split("/").at(-1) ?? type)} |`,
    );
    const broken = all(verdict).map(item);
    return [
      `### ${HEADS[codeOf(verdict)]}`,
      "",
      ...(broken.length > 0 ? [...broken, ""] : []),
      ...(rows.length > 0 ? ["| change | resource | type |", "|---|---|---|", ...rows] : ["Nothing would change."]),
      "",
    ].join("\n");
  },
  failed: (why) => [`### ${HEADS[2]}`, "", ...why.split(/\r\n|\r|\n/).map((one) => `    ${one}`), ""].join("\n"),
};

const item = (one: Breach): string =>
  `- ${mark(one)} **${plain(one.rule)}** ${one.name === undefined ? "" : `${plain(one.name)}: `}${plain(one.what)}`;

/** Text as Markdown that shows it as it is. */
const plain = (words: string): string => words.replaceAll(/[\\`*_<>[\]]/g, "\\$&").replaceAll(/\s+/g, " ");
const cell = (words: string): string => plain(words).replaceAll("|", "\\|");

export const FORMATS: Readonly<Record<string, Format>> = { text, json, markdown, ...CI_FORMATS };
