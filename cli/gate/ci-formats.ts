import type { Breach, Verdict } from "./judge.ts";

/** What stands in the way, or is to be said: in the words of one CI or another. */
type CiFormat = (breaches: readonly Breach[]) => string;

const words = ({ name, what }: Breach): string => (name === undefined ? what : `${name}: ${what}`);

/** GitHub's workflow commands: annotations of the run. */
const github: CiFormat = (breaches) =>
  breaches
    .map((one) => {
      const level = one.level === "refuse" ? "error" : "warning";
      return `::${level} title=${property(`pve-ops gate, ${one.rule}`)}::${data(words(one))}\n`;
    })
    .join("");

const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** What GitLab, Jenkins and others show as tests. */
const junit: CiFormat = (breaches) => {
  const cases = breaches.map((one) => {
    const text = attribute(words(one));
    const said = one.level === "refuse" ? `<failure message="${text}"/>` : `<system-out>${text}</system-out>`;
    return `    <testcase classname="pve-ops gate" name="${attribute(one.rule)}: ${text}">${said}</testcase>\n`;
  });
  const all = cases.length > 0 ? cases : ['    <testcase classname="pve-ops gate" name="the change is allowed"/>\n'];
  const failures = breaches.filter(({ level }) => level === "refuse").length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n',
    `  <testsuite name="pve-ops gate" tests="${all.length}" failures="${failures}" errors="0" skipped="0">\n`,
    ...all,
    "  </testsuite>\n</testsuites>\n",
  ].join("");
};

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** XML has no place for most control characters, however they are written. */
const attribute = (text: string): string =>
  text.replaceAll(/\p{Cc}/gu, " ").replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? "");

/** For tools that read the results of static analysis. */
const sarif: CiFormat = (breaches) => {
  const rules = [...new Set(breaches.map(({ rule }) => rule))].map((id) => ({ id }));
  const results = breaches.map((one) => ({
    ruleId: one.rule,
    level: one.level === "refuse" ? "error" : "warning",
    message: { text: words(one) },
    ...(one.urn === undefined
      ? {}
      : { locations: [{ logicalLocations: [{ fullyQualifiedName: one.urn, kind: "resource" }] }] }),
  }));
  const runs = [{ tool: { driver: { name: "pve-ops gate", rules } }, results }];
  return `${JSON.stringify({ version: "2.1.0", runs }, null, 2)}\n`;
};

const cannotTell = (why: string): Breach => ({
  rule: "cannot tell",
  level: "refuse",
  urn: undefined,
  name: undefined,
  what: why,
});

const forCi = (format: CiFormat) => ({
  judged: (_: unknown, { unknown, breaches }: Verdict) => format([...unknown, ...breaches]),
  failed: (why: string) => format([cannotTell(why)]),
});

export const CI_FORMATS = { github: forCi(github), junit: forCi(junit), sarif: forCi(sarif) };
