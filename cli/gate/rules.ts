import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { presets } from "#providers/access/presets.ts";
import { pathWords } from "#providers/core/door.ts";
import { FINDING_CODES } from "#providers/core/finding-codes.ts";
import { nearest } from "#providers/core/nearest.ts";
import { wordsOf } from "#providers/core/trouble.ts";
import { CannotTell } from "../outcome.ts";
import { fits } from "./pattern.ts";
import { PRIVILEGES } from "./privileges.ts";

const EFFECTS = [
  ...["initramfs", "boot-entries", "reboot", "bind", "drain", "migrate", "shutdown"],
  ...["start", "packages", "maintenance", "prune", "protect", "task", "secret"],
] as const;
const texts = z.array(z.string().min(1)).min(1);

const common = {
  /** What to call it. */
  name: z.string().min(1).optional(),
  /** Whether it stops the change, or is just said. */
  level: z.enum(["refuse", "warn"]).default("refuse"),
  /** Names of resources, `*` for anything. */
  only: texts.optional(),
  except: texts.optional(),
};

/** A name of those that there are, or a pattern that fits one of them: what fits none would never hold. */
const oneOfThese = (what: string, known: readonly string[]) =>
  z.string().superRefine((text, context) => {
    if (known.some((one) => fits(text, one))) return;
    const meant = nearest(text, known);
    context.addIssue({
      code: "custom",
      message: `there is no ${what} ${text}${meant ? `; did you mean ${meant}?` : ""}`,
    });
  });
const Code = oneOfThese("finding", FINDING_CODES);
const Privilege = oneOfThese("privilege", PRIVILEGES);

const presetNames = Object.keys(presets);

const Rule = z.discriminatedUnion("rule", [
  z.strictObject({ rule: z.literal("deletes"), ...common }),
  z.strictObject({ rule: z.literal("replaces"), ...common }),
  z.strictObject({ rule: z.literal("force"), ...common }),
  z.strictObject({ rule: z.literal("insecure"), name: common.name, level: common.level }),
  z.strictObject({ rule: z.literal("effects"), kinds: z.array(z.enum(EFFECTS)).min(1), ...common }),
  z.strictObject({ rule: z.literal("findings"), codes: z.array(Code).min(1), ...common }),
  z
    .strictObject({
      rule: z.literal("backups"),
      /** No more of them may fall to a retention. */
      maxRemove: z.int().nonnegative().optional(),
      /** No guest that loses any may keep fewer. */
      minKeep: z.int().nonnegative().optional(),
      /** No more guests may be in no job. */
      maxUncovered: z.int().nonnegative().optional(),
      ...common,
    })
    .refine(
      ({ maxRemove, minKeep, maxUncovered }) => (maxRemove ?? minKeep ?? maxUncovered) !== undefined,
      "say at least one of maxRemove, minKeep, maxUncovered",
    ),
  z
    .strictObject({
      rule: z.literal("privileges"),
      /** What is beyond the privileges of this preset. */
      above: z.enum(presetNames).optional(),
      /** These, by name; `*` for anything. */
      any: z.array(Privilege).min(1).optional(),
      /** On these paths; `/vms` is that path alone, `/vms/*` what lies below. */
      at: z.array(z.string().regex(/^[/*]/, "a path here begins with /, or with *")).min(1).optional(),
      ...common,
    })
    .refine(({ above, any, at }) => above ?? any ?? at, "say at least one of above, any, at"),
]);
export type Rule = z.output<typeof Rule>;

const Rules = z.strictObject({
  rules: z.array(Rule),
  /** What is not known before the change, or is secret, cannot be judged. */
  unknown: z.enum(["refuse", "allow"]).default("refuse"),
});
export type Rules = z.output<typeof Rules>;

/** What holds where no rules are given: nothing that takes something away, and no more power than anybody meant. */
export const DEFAULT: Rules = Rules.parse({
  rules: [
    { rule: "deletes" },
    { rule: "replaces" },
    { rule: "force" },
    { rule: "insecure" },
    { rule: "effects", kinds: ["reboot", "shutdown", "prune"] },
    { rule: "findings", codes: ["role-held-by-others", "untold"] },
    { rule: "backups", maxRemove: 0 },
    { rule: "privileges", at: ["/"] },
    { rule: "privileges", any: ["Permissions.Modify", "User.Modify", "Group.Allocate", "Realm.Allocate*"] },
    { rule: "privileges", any: ["Sys.Modify", "Sys.Console", "Sys.PowerMgmt", "Sys.AccessNetwork", "Mapping.Modify"] },
  ],
});

/** The rules of a YAML file, or each of its mistakes with line and column. */
export function rulesIn(text: string, file: string): Rules {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0)
    throw new CannotTell(
      document.errors
        .map(({ pos, message }) => `${at(pos[0])}: ${message.split("\n")[0]?.replace(/ at line.*/, "")}`)
        .join("\n"),
    );
  const parsed = Rules.safeParse(plain(document, file), { error: words });
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map(({ path, message }) => {
    const where = at(offsetOf(document.contents, path));
    return `${where}: ${path.length > 0 ? `${pathWords(path)}: ` : ""}${message}`;
  });
  throw new CannotTell(mistakes.join("\n"));
}

function plain(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS();
  } catch (thrown) {
    throw new CannotTell(`${file}: ${wordsOf(thrown)}`);
  }
}

/** Where the deepest part of a path that is written begins. */
function offsetOf(node: unknown, path: readonly PropertyKey[]): number {
  const [key, ...rest] = path;
  const begin = (isMap(node) || isSeq(node) || isScalar(node)) && node.range ? node.range[0] : 0;
  if (key === undefined) return begin;
  if (isSeq(node) && typeof key === "number") return node.items[key] ? offsetOf(node.items[key], rest) : begin;
  if (!isMap(node)) return begin;
  const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
  return pair ? offsetOf(pair.value ?? pair.key, rest) : begin;
}

/** What zod says badly, in words that help. */
function words(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_union") return oneOf(KINDS, ruleOf(issue.input));
  if (issue.code === "invalid_value") return oneOf(issue.values.map(String), issue.input);
  if (issue.code === "invalid_type" && issue.input === undefined) return `is missing (want ${issue.expected})`;
  if (issue.code !== "unrecognized_keys") return undefined;
  return issue.keys.map((key) => `there is no ${JSON.stringify(key)} in this rule`).join("; ");
}

const KINDS = Rule.options.flatMap((option) => [...option.shape.rule.values]);
const ruleOf = (input: unknown): unknown =>
  typeof input === "object" && input !== null && "rule" in input ? input.rule : undefined;

function oneOf(known: readonly string[], typed: unknown): string {
  const meant = typeof typed === "string" ? nearest(typed, known) : undefined;
  return `want one of ${known.join(", ")}${meant ? `; did you mean ${meant}?` : ""}`;
}
