import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { Trouble } from "../core/trouble.ts";
import { fromBytes, toBytes } from "./edit/bytes.ts";
import { FileRecord } from "./edit/record.ts";
import type { HostFacts } from "./host-facts.ts";
import { ABSENT, type HostStep } from "./step.ts";

const HOME = "/var/lib/pve-ops";
const ORIGINALS = `${HOME}/originals`;
const LEDGER = `${HOME}/files.json`;
const recordPath = (name: string) => `${HOME}/resource-${encodeURIComponent(name)}.json`;

/** Edits by path, as they are wanted. */
const Edits = z.record(
  z.string(),
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("owned"), text: z.string(), script: z.literal(true).exactOptional() }),
    z.strictObject({ kind: z.literal("block"), text: z.string() }),
    z.strictObject({
      kind: z.literal("tokens"),
      tokens: z.array(z.string()).readonly(),
      last: z.literal(true).exactOptional(),
    }),
    z.strictObject({ kind: z.literal("muted"), lines: z.array(z.string()).readonly() }),
  ]),
);

/** By address, what a resource bound at run time: the driver that it had, and the start of the host for which that counts. */
const Bound = z.record(z.string(), z.strictObject({ driver: z.string().optional(), boot: z.string() }));
export type Bound = z.output<typeof Bound>;

/** What was written before some start of a host, and the id of that start. */
const Started = z.strictObject({ boot: z.string(), edits: Edits });
type Started = z.output<typeof Started>;

/** Beside what a resource edits on a host: whose it is, which files may hold edits of it, what waits to be rebuilt. */
const ResourceRecord = z.strictObject({
  urn: z.string(),
  edits: Edits,
  pending: z.array(z.string()),
  /** The boot id of the start in which it was written, as long as a later one is not proven. */
  reboot: z.string().optional(),
  /** What the host was started with, from the first change after that on: there it goes back to by itself. */
  started: Started.optional(),
  /** There, if empty, with all that binds at run time. */
  bound: Bound.optional(),
});
export type ResourceRecord = z.output<typeof ResourceRecord>;

/** Beside the files that several resources may share: what of each is ours, and which folders we made. */
const Ledger = z.strictObject({ files: z.record(z.string(), FileRecord), folders: z.array(z.string()) });
export type Ledger = z.output<typeof Ledger>;

/** What a host remembers of us. */
export interface Journal {
  readonly record: ResourceRecord | undefined;
  /** The paths that words of its own are on record for. */
  readonly worded: readonly string[];
  /** The paths that other resources have edits in. */
  readonly others: ReadonlySet<string>;
  readonly ledger: Ledger;
}

/** The journal of a host, as the resource called `name` sees it. */
export function journalIn(facts: HostFacts, name: string): Journal {
  const records = Object.keys(facts.files)
    .filter((path) => path.startsWith(`${HOME}/resource-`))
    .map((path) => [path, read(ResourceRecord, facts, path)] as const);
  const mine = recordPath(name);
  const ledger = read(Ledger, facts, LEDGER) ?? { files: {}, folders: [] };
  const recorded = records.filter(([path]) => path !== mine).flatMap(([, record]) => Object.keys(record?.edits ?? {}));
  // Words are on record a moment before their resource says which files it edits.
  const worded = (isMeant: (by: string) => boolean) =>
    Object.keys(ledger.files).filter((path) => ledger.files[path]?.words.some(({ by }) => isMeant(by)));
  return {
    record: records.find(([path]) => path === mine)?.[1],
    worded: worded((by) => by === name),
    others: new Set([...recorded, ...worded((by) => by !== name)]),
    ledger,
  };
}

function read<T>(schema: z.ZodType<T>, { files }: HostFacts, path: string): T | undefined {
  const text = files[path];
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(fromBytes(text)));
  } catch (thrown) {
    throw new Trouble(
      {
        doing: `reading ${path}, in which the host remembers what is ours`,
        came: "it is not as this version writes it",
        next: "Use the version that wrote it, or put the file back from a backup. Without it, words of ours on a kernel command line stay for good",
      },
      thrown,
    );
  }
}

/** What has to be written for the journal to go from one state to the next. */
export class JournalWriter {
  readonly #texts = new Map<string, string | undefined>();
  readonly #name: string;

  constructor(facts: HostFacts, name: string) {
    this.#name = name;
    for (const path of [recordPath(name), LEDGER]) this.#texts.set(path, facts.files[path]);
  }

  record(record: ResourceRecord | undefined): HostStep[] {
    return this.#to(recordPath(this.#name), record);
  }

  ledger(ledger: Ledger): HostStep[] {
    const isEmpty = Object.keys(ledger.files).length === 0 && ledger.folders.length === 0;
    return this.#to(LEDGER, isEmpty ? undefined : ledger);
  }

  /** What is written replaces what was read and nothing else: who writes second sees that another was there. */
  #to(path: string, data: object | undefined): HostStep[] {
    const [before, text] = [this.#texts.get(path), data && toBytes(`${JSON.stringify(data, null, 1)}\n`)];
    if (before === text) return [];
    this.#texts.set(path, text);
    const expected = digest(before);
    return [text === undefined ? { do: "remove", path, expected } : { do: "write", path, expected, mode: "600", text }];
  }
}

/** What a host was started with; what was written since and neither rebuilt nor proven did not count for that. */
export function startedWith({ record }: Journal, { bootId }: HostFacts): Started {
  if (record?.started?.boot === bootId) return record.started;
  const isProven = record?.pending.length === 0 && record.reboot === undefined;
  return { boot: bootId, edits: (isProven ? record.edits : record?.started?.edits) ?? {} };
}

/** Whether a host runs as it was started with something else than what stands there now. */
export function isChangedSince(facts: HostFacts, name: string): boolean {
  const { record } = journalIn(facts, name);
  return record?.started?.boot === facts.bootId && !isDeepStrictEqual(record.started.edits, record.edits);
}

/** Has the journal say that what stands there is proven by a start after it was written; nothing where all is gone. */
export function proving(facts: HostFacts, name: string): HostStep[] {
  const { record } = journalIn(facts, name);
  if (record === undefined) return [];
  const { reboot: _, ...rest } = record;
  const writer = new JournalWriter(facts, name);
  const isGone = Object.keys(rest.edits).length === 0 && rest.bound === undefined;
  return isGone ? [...writer.record(undefined), ...closeJournal] : writer.record(rest);
}

/** Puts a file aside as it is before our first edit of it. */
export const keeping = (path: string): HostStep => ({ do: "keep", path, as: originalOf(path) });

/** Where the file is put aside as it was before our first edit. */
export const originalOf = (path: string): string => `${ORIGINALS}/${encodeURIComponent(path)}`;

/** Those that were put aside for nobody who is there any more. */
export const originalsBut = ({ files }: HostFacts, inUse: ReadonlySet<string>): string[] => {
  const used = new Set([...inUse].map(originalOf));
  return Object.keys(files).filter((path) => path.startsWith(`${ORIGINALS}/`) && !used.has(path));
};

/** What runs that were cut off began to rebuild is no more waited for; it goes on, and what comes after waits for that. */
export const forgetWork: HostStep = { do: "forget" };

export const openJournal: readonly HostStep[] = [
  { do: "folder", path: HOME, mode: "700" },
  { do: "folder", path: ORIGINALS, mode: "700" },
];
/** Whether a run that was cut off left an empty one. */
export const isLeftOpen = ({ folders, files }: HostFacts): boolean =>
  folders.includes(HOME) && !Object.keys(files).some((path) => path.startsWith(`${HOME}/`));

/** Where nothing is left in it. */
export const closeJournal: readonly HostStep[] = [
  forgetWork,
  { do: "unfolder", path: ORIGINALS },
  { do: "unfolder", path: HOME },
];

/** SHA-256 of a file's binary text, as `sha256sum` has it. */
export const digest = (text: string | undefined): string =>
  text === undefined ? ABSENT : createHash("sha256").update(text, "latin1").digest("hex");
