import { type CustomResource, type CustomResourceOptions, RunError, runtime } from "@pulumi/pulumi";
import { z } from "zod";
import { pathWords } from "#providers/core/door.ts";
import { nearest } from "#providers/core/nearest.ts";

/** A class of resources, as the config's lists can make it: `check` is what looks at the args. */
// biome-ignore lint/suspicious/noExplicitAny: every class has args of its own, and its own check refuses wrong ones.
type ResourceClass = new (name: string, args: any, opts?: CustomResourceOptions) => CustomResource;

const Entry = z.looseObject({ name: z.string().min(1) });

/** A resource by the name that the config gives it. */
interface Declared {
  readonly name: string;
  readonly resource: CustomResource;
}

/**
 * Makes every resource that the stack config declares under `pve-ops:`. Each key of `classes` is a list there, each
 * entry of a list a resource: its `name`, and the args of the class.
 */
export function declareAll(classes: Readonly<Record<string, ResourceClass>>, config = runtime.allConfig()): Declared[] {
  const lists = Object.entries(config).filter(([key]) => key.startsWith("pve-ops:"));
  return lists.flatMap(([key, text]) => {
    const kind = key.slice("pve-ops:".length);
    const Class = classes[kind];
    if (!Class) throw new RunError(unknownList(kind, Object.keys(classes)));
    if (secretKeys().includes(key))
      throw new RunError(`${key} holds a secret value: write { secret: <name> } there and the value under pve:secrets`);
    const entries = entriesOf(key, text);
    return withoutTraces(() => entries.map(({ name, ...args }) => ({ name, resource: new Class(name, args) })));
  });
}

/** The SDK takes a stack trace for each property of each resource; all of ours would lead here, and cost a third of the time. */
function withoutTraces<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

// The SDK knows this too, but does not say so in its types.
const secretKeys = (): string[] =>
  z.array(z.string()).parse(JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]"));

function entriesOf(key: string, text: string): z.output<typeof Entry>[] {
  const parsed = z.array(Entry).safeParse(jsonIn(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = pathWords([key, ...(issue?.path ?? [])]);
    throw new RunError(`${at}: want a list in which every entry has a name (${issue?.message})`);
  }
  const names = parsed.data.map(({ name }) => name);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice !== undefined) throw new RunError(`${key}: two entries are named ${JSON.stringify(twice)}`);
  return parsed.data;
}

function unknownList(kind: string, known: readonly string[]): string {
  const meant = nearest(kind, known);
  const instead = meant ? `; did you mean pve-ops:${meant}?` : known.length > 0 ? `, only ${known.join(", ")}` : "";
  return `pve-ops:${kind} is nothing that this version knows${instead}`;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
