import { z } from "zod";
import { isBelow } from "#providers/access/acl.ts";
import { presets } from "#providers/access/presets.ts";
import { counted, few } from "#providers/core/counting.ts";
import { newRights, type Right, rolesAreTold } from "./handed-out.ts";
import { fits } from "./pattern.ts";
import type { Change, Planned } from "./preview.ts";
import type { Found } from "./report.ts";
import type { Rule, Rules } from "./rules.ts";

/** A rule that a change breaks. */
export interface Breach {
  readonly rule: string;
  readonly level: Rule["level"];
  /** The resource; none where it is about the whole. */
  readonly urn: string | undefined;
  readonly name: string | undefined;
  readonly what: string;
}

export interface Verdict {
  readonly breaches: readonly Breach[];
  /** What could not be judged, and why. */
  readonly unknown: readonly Breach[];
}

const OURS = "pulumi-nodejs:dynamic/pve:";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SECRET = "[secret]";

const Effects = z.array(z.object({ kind: z.string(), target: z.string(), detail: z.string() }));

/** Pure: what of a preview and its report breaks the rules. */
export function judge(
  { changes, config }: Planned,
  report: readonly Found[] | undefined,
  { rules, unknown }: Rules,
): Verdict {
  const findings = report ?? [];
  const breaches = rules.flatMap((rule) => [
    ...(rule.rule === "insecure" ? insecure(config, findings) : []).map((what) => breach(rule, undefined, what)),
    ...changes
      .filter(({ name }) => concerns(rule, name))
      .flatMap((change) => brokenBy(rule, change).map((what) => breach(rule, change, what))),
    ...(rule.rule === "backups" ? backupsAgainst(rule, ofChanged(findings, changes)) : []).map(({ about, what }) =>
      breach(rule, about, what),
    ),
    ...(rule.rule === "findings" ? findings : [])
      .filter(
        ({ code, urn }) =>
          rule.rule === "findings" && rule.codes.some((one) => fits(one, code)) && concerns(rule, nameIn(urn)),
      )
      .map(({ urn, message }) => breach(rule, { urn, name: nameIn(urn) }, message)),
  ]);
  const byReport = rules.some(({ rule }) => rule === "backups");
  const cannot =
    unknown === "allow"
      ? []
      : changes.flatMap((change) => [...notTold(change), ...(byReport ? notReported(change, findings) : [])]);
  return { breaches: distinct(breaches), unknown: cannot };
}

const breach = (rule: Rule, about: Pick<Change, "urn" | "name"> | undefined, what: string): Breach => ({
  rule: rule.name ?? rule.rule,
  level: rule.level,
  urn: about?.urn,
  name: about?.name,
  what,
});

const nameIn = (urn: string): string => urn.split("::").slice(3).join("::");

const concerns = (rule: Rule, name: string): boolean => {
  if (rule.rule === "insecure") return false;
  const { only, except } = rule;
  return (only?.some((one) => fits(one, name)) ?? true) && !except?.some((one) => fits(one, name));
};

function brokenBy(rule: Rule, { op, before, after, reasons, type }: Change): string[] {
  if (rule.rule === "deletes") return op === "delete" ? ["would be deleted"] : [];
  if (rule.rule === "replaces")
    return REPLACES.has(op)
      ? [`would be replaced${reasons.length > 0 ? `, since ${reasons.join(", ")} changes` : ""}`]
      : [];
  if (rule.rule === "force")
    return type.startsWith(OURS) && op !== "refresh" && after?.["force"] === true
      ? ["force is set: what somebody else changed would be written over"]
      : [];
  if (rule.rule === "effects")
    return effectsOf(op, before, after)
      .filter(({ kind }) => rule.kinds.some((one) => one === kind))
      .map(({ kind, target, detail }) => `${kind} of ${target}: ${detail}`);
  if (rule.rule === "privileges") return rightsAgainst(rule, newRights(before?.["objects"], after?.["objects"]));
  return [];
}

type About = Pick<Change, "urn" | "name">;

/** What stands already is no news of this change: a retention may wait for its job's next run. */
function ofChanged(findings: readonly Found[], changes: readonly Change[]): Found[] {
  const changed = new Set(changes.filter(({ op }) => WRITES.has(op)).map(({ urn }) => urn));
  return findings.filter(({ urn }) => changed.has(urn));
}

/** By what a run found, since the clock and the backups that are there have a say in it. */
function backupsAgainst(
  rule: Extract<Rule, { rule: "backups" }>,
  findings: readonly Found[],
): { readonly about: About | undefined; readonly what: string }[] {
  const { maxRemove = Number.POSITIVE_INFINITY, minKeep = 0, maxUncovered = Number.POSITIVE_INFINITY } = rule;
  const concerned = findings.filter(({ urn }) => concerns(rule, nameIn(urn)));
  const of = (code: string) => [
    ...new Map(concerned.filter((one) => one.code === code).map((one) => [one.target, one])).values(),
  ];
  const [going, bare] = [of("would-remove"), of("not-backed-up")];
  const list = (found: readonly Found[]) =>
    few(
      found.map(({ target }) => target),
      LISTED,
    );
  return [
    ...(going.length > maxRemove
      ? [
          {
            about: undefined,
            what: `${counted(going.length, "backup")} would be removed (at most ${maxRemove}): ${list(going)}`,
          },
        ]
      : []),
    ...concerned
      .filter(({ code, amount = 0 }) => code === "remains" && amount < minKeep)
      .map(({ urn, message }) => ({
        about: { urn, name: nameIn(urn) },
        what: `fewer than ${minKeep} stay: ${message}`,
      })),
    ...(bare.length > maxUncovered
      ? [
          {
            about: undefined,
            what: `nothing backs up ${counted(bare.length, "guest")} (at most ${maxUncovered}): ${list(bare)}`,
          },
        ]
      : []),
  ];
}

const LISTED = 10;

/** What nobody could tell of a job, or what is still to come. */
const OPEN: ReadonlySet<string> = new Set(["untold", "awaited"]);

/** What a retention would remove stands in no preview: a report that says nothing of it is of another one. */
function notReported({ urn, name, type, op }: Change, findings: readonly Found[]): Breach[] {
  if (type !== `${OURS}BackupRetention` || !WRITES.has(op)) return [];
  const breach = (what: string): Breach => ({ rule: "backups", level: "refuse", urn, name, what });
  const own = findings.filter((one) => one.urn === urn);
  if (!own.some(({ code }) => code === "job"))
    return [breach("what its retention would remove stands in the report of the same preview: give it with --report")];
  return own.filter(({ code }) => OPEN.has(code)).map(({ message }) => breach(message));
}

/** The engine tells a replacement in one step or in several. */
const REPLACES: ReadonlySet<Change["op"]> = new Set([
  ...(["replace", "create-replacement", "delete-replaced", "import-replacement", "read-replacement"] as const),
]);

const effectsOf = (op: Change["op"], before: Change["before"], after: Change["after"]) => [
  ...(op === "delete" || REPLACES.has(op) ? (Effects.safeParse(before?.["onDelete"]).data ?? []) : []),
  // What a refresh shows there was done by an up before it: looking does nothing.
  ...(op === "refresh" ? [] : (Effects.safeParse(after?.["effects"]).data ?? [])),
];

const reaches = (above: string, path: string): boolean => above === path || isBelow(path, above);

/** The path that a pattern begins with. */
const beginOf = (pattern: string): string => pattern.replace(/\/?\*.*$/s, "") || "/";

/** A line for each holder, path and role, with the privileges that break the rule. */
function rightsAgainst(rule: Extract<Rule, { rule: "privileges" }>, rights: readonly Right[]): string[] {
  const preset = Object.entries(presets).find(([name]) => name === rule.above)?.[1];
  const allowed = preset && new Set([...preset(8), ...preset(9)]);
  const breaks = ({ path, propagate, privilege }: Right) =>
    (rule.at?.some((one) => fits(one, path) || (propagate && reaches(path, beginOf(one)))) ?? true) &&
    (!allowed || privilege === undefined || !allowed.has(privilege)) &&
    (rule.any === undefined || privilege === undefined || rule.any.some((one) => fits(one, privilege)));
  const lines = new Map<string, string[]>();
  for (const right of rights.filter(breaks)) {
    const key = `${right.holder} would get ${right.role} on ${right.path}`;
    lines.set(key, [...(lines.get(key) ?? []), right.privilege ?? "what that is, is not in the preview"]);
  }
  return [...lines].map(([key, privileges]) => `${key} (${privileges.join(", ")})`);
}

/** The parts of a resource of ours that rules go by, where a preview does not tell them. */
function notTold({ urn, name, type, op, after }: Change): Breach[] {
  if (!type.startsWith(OURS) || !WRITES.has(op)) return [];
  const missing = ["effects", "onDelete"].filter((part) => after?.[part] === undefined);
  if (!after || missing.length > 0 || (after["files"] === undefined && after["objects"] === undefined))
    return [{ rule: "unknown", level: "refuse", urn, name, what: "what it would write is not in the preview" }];
  return Object.entries(PARTS).flatMap(([part, shape]) => {
    const value = after[part];
    if (value === undefined || shape.safeParse(value).success) return [];
    const why =
      value === SECRET
        ? "is secret"
        : value === UNKNOWN
          ? "is not known before something else is done"
          : "is of no shape that this version understands";
    return [{ rule: "unknown", level: "refuse" as const, urn, name, what: `what it would write (${part}) ${why}` }];
  });
}

const WRITES: ReadonlySet<Change["op"]> = new Set(["create", "update", "replace", "create-replacement"]);

const PARTS = {
  files: z.record(z.string(), z.string()),
  objects: z.record(z.string(), z.unknown()).refine(rolesAreTold),
  effects: Effects,
  onDelete: Effects,
};

/** Said of the config, or of the environment, which only the run itself sees. */
function insecure(config: Planned["config"], findings: readonly Found[]): string[] {
  const isOn =
    /^(?:1|true|yes|\[secret\])$/i.test(config["pve:insecure"] ?? "") ||
    findings.some(({ code }) => code === "insecure");
  return isOn ? ["pve:insecure is on: nobody knows that it is the cluster which answers"] : [];
}

const distinct = (breaches: readonly Breach[]): Breach[] => [
  ...new Map(breaches.map((one) => [JSON.stringify(one), one])).values(),
];
