import { z } from "zod";
import { CannotTell } from "../outcome.ts";

const OPS = [
  ...["same", "create", "update", "replace", "create-replacement", "delete-replaced", "delete"],
  ...["read", "read-replacement", "read-discard", "refresh", "discard", "discard-replaced", "remove-pending-replace"],
  ...["import", "import-replacement"],
] as const;

const Props = z.record(z.string(), z.unknown());
const State = z.looseObject({ type: z.string(), inputs: Props.default({}) });
const Step = z.looseObject({
  op: z.enum(OPS),
  urn: z.string().startsWith("urn:pulumi:"),
  oldState: State.nullish(),
  newState: State.nullish(),
  replaceReasons: z.array(z.string()).nullish(),
});
/** What `pulumi preview --json` tells. */
const Preview = z.looseObject({
  config: z.record(z.string(), z.string()).default({}),
  steps: z.array(Step),
  diagnostics: z.array(z.looseObject({ severity: z.string(), message: z.string() })).nullish(),
  changeSummary: z.record(z.string(), z.number()),
});

/** A resource that would change. */
export interface Change {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  readonly op: (typeof OPS)[number];
  /** Why it is replaced: the args that say which thing it is. */
  readonly reasons: readonly string[];
  /** What stands now, and what would. */
  readonly before: Readonly<Record<string, unknown>> | undefined;
  readonly after: Readonly<Record<string, unknown>> | undefined;
}

export interface Planned {
  readonly changes: readonly Change[];
  readonly config: Readonly<Record<string, string>>;
}

/** What a preview says would change. What cannot be understood as a whole is understood not at all. */
export function plannedIn(text: string, file: string): Planned {
  const parsed = Preview.safeParse(jsonIn(text, file));
  if (!parsed.success)
    throw new CannotTell(
      `${file} is no preview that this version understands:\n${indented(z.prettifyError(parsed.error))}\n` +
        "Write it with: pulumi preview --json > preview.json",
    );
  const { steps, diagnostics, changeSummary, config } = parsed.data;
  const errors = (diagnostics ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    throw new CannotTell(
      `the preview in ${file} did not go through:\n${indented(errors.map(({ message }) => message.trim()).join("\n"))}`,
    );
  const told = steps.filter(({ op }) => op !== "same");
  for (const [op, count] of Object.entries(changeSummary)) {
    const found = told.filter((step) => step.op === op).length;
    if (op !== "same" && found !== count)
      throw new CannotTell(`${file} counts ${count} × ${op} and tells of ${found}: a part of it is missing`);
  }
  return { changes: told.flatMap(changeIn), config };
}

/** The stack itself and the engine's own providers are nothing that stands anywhere. */
function changeIn({ op, urn, oldState, newState, replaceReasons }: z.output<typeof Step>): Change[] {
  const type = newState?.type ?? oldState?.type ?? "";
  if (type === "pulumi:pulumi:Stack" || type.startsWith("pulumi:providers:")) return [];
  const name = urn.split("::").slice(3).join("::");
  const reasons = replaceReasons ?? [];
  return [{ urn, name, type, op, reasons, before: oldState?.inputs, after: newState?.inputs }];
}

function jsonIn(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CannotTell(`${file} is no JSON${text.trim() === "" ? ": it is empty" : ""}`);
  }
}

export const indented = (words: string): string => words.replaceAll(/^(?=.)/gm, "  ");
