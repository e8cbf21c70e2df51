import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { gate as run } from "../../cli/gate/gate.ts";
import { CannotTell } from "../../cli/outcome.ts";
import { command } from "../../setup/engine/command.ts";

const bin = join(import.meta.dirname, "../../bin/pve-ops.js");
const OURS = "pulumi-nodejs:dynamic/pve:ApiTokenRole";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Inputs = Readonly<Record<string, unknown>>;
const state = (inputs: Inputs, type: string) => ({ type, inputs });
/** A step as `pulumi preview --json` tells it. */
const step = (
  op: string,
  name: string,
  { before, after, type = OURS, reasons }: { before?: Inputs; after?: Inputs; type?: string; reasons?: string[] },
) => ({
  op,
  urn: `urn:pulumi:lab::proj::${type}::${name}`,
  ...(before ? { oldState: state(before, type) } : {}),
  ...(after ? { newState: state(after, type) } : {}),
  ...(reasons ? { replaceReasons: reasons } : {}),
});
const preview = (steps: ReturnType<typeof step>[], config: Inputs = {}) => {
  const changeSummary: Record<string, number> = {};
  for (const { op } of steps) changeSummary[op] = (changeSummary[op] ?? 0) + 1;
  return JSON.stringify({ config, steps, diagnostics: [], changeSummary });
};
const objects = (role: string, privileges: string[] | undefined, path: string, holder = "ci@pve") => ({
  ...(privileges ? { [`/access/roles/${role}`]: Object.fromEntries(privileges.map((one) => [one, true])) } : {}),
  [`/access/acl?path=${path}&roles=${role}&users=${holder}`]: { propagate: true },
});

describe("the plan gate", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pve-ops-gate-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const gate = async (text: string, more: { rules?: string; report?: string; format?: string } = {}) => {
    const { rules, report, format } = more;
    const args = [
      file("preview.json", text),
      ...(rules === undefined ? [] : ["--rules", file("gate.yaml", rules)]),
      ...(report === undefined ? [] : ["--report", file("report.jsonl", report)]),
      ...(format === undefined ? [] : ["--format", format]),
    ];
    try {
      const { words, code } = await run(args);
      return { stdout: words, stderr: "", code };
    } catch (thrown) {
      if (!(thrown instanceof CannotTell)) throw thrown;
      return { stdout: thrown.words, stderr: thrown.message, code: 2 };
    }
  };

  const auditor = { objects: objects("See", ["VM.Audit"], "/vms/101"), effects: [], onDelete: [] };
  const wide = { objects: objects("Do", ["VM.Audit", "Sys.Modify"], "/"), effects: [], onDelete: [] };

  it("allows what takes nothing away and hands out little", async () => {
    const { code, stdout } = await gate(preview([step("create", "ci", { after: auditor })]));
    expect(stdout).to.equal("Allowed (1 × create)\n");
    expect(code).to.equal(0);
  });

  it("allows where there is nothing to do", async () => {
    const { code, stdout } = await gate(preview([step("same", "ci", { before: wide, after: wide })]));
    expect([code, stdout]).to.deep.equal([0, "Allowed (nothing would change)\n"]);
  });

  const reboot = { kind: "reboot", target: "pve1", detail: "into the new command line" };
  for (const { what, text, words } of [
    {
      what: "a delete",
      text: preview([step("delete", "ci", { before: auditor })]),
      words: "deletes: ci: would be deleted",
    },
    {
      what: "a delete of somebody else's resource in the stack",
      text: preview([step("delete", "vm", { before: {}, type: "proxmoxve:VM/virtualMachine:VirtualMachine" })]),
      words: "deletes: vm: would be deleted",
    },
    {
      what: "a replace, with its reason",
      text: preview([step("replace", "ci", { before: auditor, after: auditor, reasons: ["user.id"] })]),
      words: "replaces: ci: would be replaced, since user.id changes",
    },
    {
      what: "a replace that is told in two steps",
      text: preview([
        step("create-replacement", "ci", { after: auditor }),
        step("delete-replaced", "ci", { before: auditor }),
      ]),
      words: "replaces: ci: would be replaced",
    },
    {
      what: "a delete, whatever the resource is called",
      text: preview([step("delete", "a\nb", { before: auditor })]),
      words: "deletes: a",
    },
    {
      what: "force",
      text: preview([step("update", "ci", { before: auditor, after: { ...auditor, force: true } })]),
      words: "force: ci: force is set",
    },
    {
      what: "an insecure connection",
      text: preview([step("create", "ci", { after: auditor })], { "pve:insecure": "true" }),
      words: "insecure: pve:insecure is on",
    },
    {
      what: "rights at the root",
      text: preview([step("create", "ci", { after: wide })]),
      words: "privileges: ci: ci@pve would get Do on / (VM.Audit, Sys.Modify)",
    },
    {
      what: "a privilege by which one gets any other",
      text: preview([
        step("create", "ci", { after: { ...auditor, objects: objects("P", ["Permissions.Modify"], "/vms") } }),
      ]),
      words: "ci@pve would get P on /vms (Permissions.Modify)",
    },
    {
      what: "a role that is used by its name, which may hold anything",
      text: preview([step("create", "ci", { after: { ...auditor, objects: objects("Theirs", undefined, "/vms") } })]),
      words: "what that is, is not in the preview",
    },
    {
      what: "a token that is not separated from its user, who may be root",
      text: preview([
        step("create", "ci", {
          after: {
            ...auditor,
            objects: {
              ...objects("See", ["VM.Audit"], "/vms/101", "root@pam"),
              "/access/users/root@pam/token/x1": { privsep: false },
            },
          },
        }),
      ]),
      words: "root@pam!x1 would get all that root@pam has on /",
    },
    {
      what: "a group, whose rights a user would get",
      text: preview([
        step("create", "ci", {
          after: { ...auditor, objects: { ...auditor.objects, "/access/users/ci@pve?groups": ["ops"] } },
        }),
      ]),
      words: "ci@pve would get all that the group ops has on /",
    },
    {
      what: "a reboot",
      text: preview([step("update", "gpu", { before: auditor, after: { ...auditor, effects: [reboot] } })]),
      words: "effects: gpu: reboot of pve1: into the new command line",
    },
    {
      what: "a reboot that a delete brings",
      text: preview([step("delete", "gpu", { before: { ...auditor, onDelete: [reboot] } })]),
      words: "effects: gpu: reboot of pve1: into the new command line",
    },
  ])
    it(`refuses ${what}`, async () => {
      const { code, stdout } = await gate(text);
      expect(stdout).to.include("Refused: a rule is broken").and.include(words);
      expect(code).to.equal(1);
    });

  it("takes no refresh for what its resource did when it was made", async () => {
    const made = { ...auditor, effects: [reboot], force: true };
    expect((await gate(preview([step("refresh", "gpu", { before: made, after: made })]))).code).to.equal(0);
  });

  it("judges what a change adds, and not what was let through before", async () => {
    const more = { ...wide, objects: objects("Do", ["VM.Audit", "Sys.Modify", "Sys.Console"], "/") };
    const widened = await gate(preview([step("update", "ci", { before: wide, after: more })]));
    expect(widened.stdout).to.include("ci@pve would get Do on / (Sys.Console)");
    const renamed = await gate(preview([step("update", "ci", { before: wide, after: { ...wide, owner: "x" } })]));
    expect(renamed.code).to.equal(0);
  });

  it("has rights count where they count, which is below as well", async () => {
    const rules = "rules: [{ rule: privileges, any: [Datastore.Audit], at: [/storage/*] }]";
    const on = (path: string, propagate = true) => {
      const key = `/access/acl?path=${path}&roles=Look&users=ci@pve`;
      const roles = { "/access/roles/Look": { "Datastore.Audit": true } };
      return preview([step("create", "ci", { after: { ...auditor, objects: { ...roles, [key]: { propagate } } } })]);
    };
    for (const [text, code] of [
      [on("/storage/backups"), 1],
      [on("/"), 1],
      [on("/", false), 0],
      [on("/storage"), 1],
      [on("/vms"), 0],
    ] as const)
      expect((await gate(text, { rules })).code).to.equal(code);
  });

  it("goes by each finding that the page of a host's setup has", async () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/resources/vfio-host-config.md"), "utf8");
    const table = page.slice(page.indexOf("| code | |")).split("\n\n")[0] ?? "";
    const codes = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
    expect(codes).to.include.members(["healed", "stays-dark", "quorum"]);
    const rules = `rules:\n  - { rule: findings, codes: [${codes.join(", ")}] }\n`;
    const line = {
      urn: "urn:pulumi:lab::proj::t::ci",
      level: "warning",
      code: "healed",
      target: "pve1",
      message: "it went back by itself",
    };
    const text = preview([step("create", "ci", { after: auditor })]);
    const { stdout, stderr } = await gate(text, { rules, report: JSON.stringify(line) });
    expect(stdout, stderr).to.include("it went back by itself");
  });

  it("goes by the rules it is given: levels, names, presets, paths, kinds, codes", async () => {
    const rules = `rules:
  - rule: deletes
    except: [lab-*]
  - { rule: privileges, above: auditor, at: [/vms/*], name: nobody touches guests }
  - { rule: effects, kinds: [reboot], level: warn, only: [gpu-*] }
  - { rule: findings, codes: [more-*] }
`;
    const report = [
      { urn: "urn:pulumi:lab::proj::t::ci", level: "warning", code: "more-rights", target: "t", message: "may more" },
      { urn: "urn:pulumi:lab::proj::t::ci", level: "info", code: "else", target: "t", message: "not this" },
    ];
    const text = preview([
      step("delete", "lab-1", { before: auditor }),
      step("create", "ci", { after: { ...auditor, objects: objects("Do", ["VM.Audit", "VM.PowerMgmt"], "/vms/101") } }),
      step("update", "gpu-1", { before: auditor, after: { ...auditor, effects: [reboot] } }),
      step("update", "disk-1", { before: auditor, after: { ...auditor, effects: [reboot] } }),
    ]);
    const { code, stdout } = await gate(text, { rules, report: report.map((one) => JSON.stringify(one)).join("\n") });
    expect(stdout.split("\n")).to.deep.equal([
      "Refused: a rule is broken (1 × create, 1 × delete, 2 × update)",
      "  ✘ nobody touches guests: ci: ci@pve would get Do on /vms/101 (VM.PowerMgmt)",
      "  ! effects: gpu-1: reboot of pve1: into the new command line",
      "  ✘ findings: ci: may more",
      "",
    ]);
    expect(code).to.equal(1);
  });

  it("takes an insecure connection from the report too, where the environment said so", async () => {
    const found = { urn: "urn:pulumi:l::p::t::ci", level: "warning", code: "insecure", target: "x", message: "m" };
    const { code } = await gate(preview([]), { report: `${JSON.stringify(found)}\n` });
    expect(code).to.equal(1);
  });

  const found = (code: string, target: string, message = "m", amount?: number) =>
    JSON.stringify({
      urn: `urn:pulumi:lab::proj::${backups}::nightly`,
      level: "warning",
      code,
      target,
      message,
      amount,
    });
  const backups = "pulumi-nodejs:dynamic/pve:BackupRetention";

  it("refuses a retention that removes backups, or leaves too few, or guests in no job", async () => {
    const changing = preview([step("update", "nightly", { before: auditor, after: auditor, type: backups })]);
    const report = [
      found("job", "nightly"),
      found("would-remove", "backups:backup/a"),
      found("would-remove", "backups:backup/b"),
      found("would-remove", "backups:backup/b", "said by another job too"),
      found("remains", "101", "101 keeps 2 of 4.", 2),
      found("remains", "102", "102 keeps 3 of 3.", 3),
      found("not-backed-up", "113"),
    ].join("\n");
    const judged = async (rule: string, only = "") =>
      (await gate(changing, { rules: `rules: [{ rule: backups, ${rule}${only} }]`, report })).stdout
        .split("\n")
        .slice(1);
    expect(await judged("maxRemove: 1")).to.deep.equal([
      "  ✘ backups: 2 backups would be removed (at most 1): backups:backup/a and backups:backup/b",
      "",
    ]);
    expect(await judged("maxRemove: 2")).to.deep.equal([""]);
    expect(await judged("minKeep: 3")).to.deep.equal([
      "  ✘ backups: nightly: fewer than 3 stay: 101 keeps 2 of 4.",
      "",
    ]);
    expect(await judged("maxUncovered: 0")).to.deep.equal([
      "  ✘ backups: nothing backs up 1 guest (at most 0): 113",
      "",
    ]);
    expect(await judged("maxRemove: 0", ", except: [night*]")).to.deep.equal([""]);
    // What stands already and waits for its next run is no news.
    expect((await gate(preview([]), { report })).code).to.equal(0);
  });

  it("refuses by itself what would remove backups, and cannot tell of a retention without the report", async () => {
    const change = preview([step("update", "nightly", { before: auditor, after: auditor, type: backups })]);
    const told = (...more: string[]) => [found("job", "nightly"), ...more].join("\n");
    expect((await gate(change, { report: told(found("would-remove", "backups:backup/a")) })).code).to.equal(1);
    expect((await gate(change, { report: told() })).code).to.equal(0);
    for (const report of [undefined, "", told().replace("::nightly", "::other")]) {
      const { code, stdout } = await gate(change, report === undefined ? {} : { report });
      expect(code).to.equal(2);
      expect(stdout).to.contain("what its retention would remove stands in the report of the same preview");
    }
    const rules = "rules: [{ rule: backups, maxRemove: 9 }]";
    expect((await gate(change, { rules, report: told(found("untold", "backups")) })).code).to.equal(2);
  });

  it("allows where all that is broken is to be said alone", async () => {
    const rules = "rules: [{ rule: deletes, level: warn }]";
    const { code, stdout } = await gate(preview([step("delete", "ci", { before: auditor })]), { rules });
    expect(stdout).to.equal("Allowed (1 × delete)\n  ! deletes: ci: would be deleted\n");
    expect(code).to.equal(0);
  });

  const secret = preview([step("create", "ci", { after: { ...auditor, objects: "[secret]" } })]);
  const unknown = preview([step("create", "ci", { after: { objects: UNKNOWN, effects: UNKNOWN, onDelete: UNKNOWN } })]);
  for (const { what, text, rules, report, words } of [
    { what: "an empty file", text: "", words: "is no JSON: it is empty" },
    { what: "what is no JSON", text: "Previewing update", words: "is no JSON" },
    { what: "JSON that is no preview", text: "{}", words: "no preview that this version understands" },
    {
      what: "an operation that nobody knows",
      text: preview([step("explode", "ci", { after: auditor })]),
      words: "steps[0].op",
    },
    {
      what: "a preview that failed",
      text: preview([]).replace('"diagnostics":[]', '"diagnostics":[{"severity":"error","message":"error: no"}]'),
      words: "did not go through:\n  error: no",
    },
    {
      what: "a preview of which a part is missing",
      text: preview([]).replace('"changeSummary":{}', '"changeSummary":{"delete":1}'),
      words: "counts 1 × delete and tells of 0",
    },
    {
      what: "a report that is none",
      text: preview([]),
      report: '{"urn":"x"}\n',
      words: "report.jsonl:1 is no line of a report",
    },
    { what: "rules that are no YAML", text: preview([]), rules: "rules: [\n  - x: {", words: "gate.yaml:2:3" },
    { what: "no rules", text: preview([]), rules: "", words: "gate.yaml:1:1" },
    {
      what: "a rule that is misspelt, with its place",
      text: preview([]),
      rules: "rules:\n  - rule: deletes\n  - rule: deletion\n",
      words: "gate.yaml:3:11: rules[1].rule: want one of deletes",
    },
    {
      what: "a key that a rule does not have, with its place",
      text: preview([]),
      rules: "rules:\n  - { rule: deletes, kind: x }\n",
      words: 'gate.yaml:2:5: rules[0]: there is no "kind" in this rule',
    },
    { what: "an alias to nothing", text: preview([]), rules: "rules: *x\n", words: "gate.yaml" },
    {
      what: "a privilege that there is not",
      text: preview([]),
      rules: "rules:\n  - { rule: privileges, any: [VM.Alocate] }\n",
      words: "rules[0].any[0]: there is no privilege VM.Alocate; did you mean VM.Allocate?",
    },
    {
      what: "a finding that there is not",
      text: preview([]),
      rules: "rules:\n  - { rule: findings, codes: [expire] }\n",
      words: "there is no finding expire; did you mean expires?",
    },
    {
      what: "a path that is none",
      text: preview([]),
      rules: "rules:\n  - { rule: privileges, at: [pool/dev] }\n",
      words: "a path here begins with /",
    },
    {
      what: "rules by findings without a report",
      text: preview([]),
      rules: "rules:\n  - { rule: findings, codes: [more-*] }\n",
      words: "give the report of the same preview with --report",
    },
    {
      what: "privileges without saying which",
      text: preview([]),
      rules: "rules:\n  - { rule: privileges }\n",
      words: "say at least one of above, any, at",
    },
  ])
    it(`cannot tell of ${what}, and says why`, async () => {
      const { code, stderr } = await gate(text, {
        ...(rules === undefined ? {} : { rules }),
        ...(report === undefined ? {} : { report }),
      });
      expect(stderr).to.include(words).and.not.include("    at ");
      expect(code).to.equal(2);
    });

  const odd = preview([step("create", "ci", { after: { ...auditor, effects: [{ kind: 1 }] } })]);
  const bare = preview([step("create", "ci", { after: {} })]);
  const { effects: _, ...unseen } = auditor;
  const away = preview([step("update", "ci", { before: auditor, after: unseen })]);
  const oddRole = preview([
    step("update", "ci", {
      before: auditor,
      after: { ...auditor, objects: { ...auditor.objects, "/access/roles/See": ["Sys.Modify"] } },
    }),
  ]);
  for (const { what, text, words } of [
    { what: "to what nobody answers for now", text: away, words: "ci: what it would write is not in the preview" },
    { what: "without what it would write", text: bare, words: "ci: what it would write is not in the preview" },
    { what: "a role of an odd shape", text: oddRole, words: "ci: what it would write (objects) is of no shape" },
    { what: "of an odd shape", text: odd, words: "ci: what it would write (effects) is of no shape" },
    { what: "secret", text: secret, words: "ci: what it would write (objects) is secret" },
    { what: "not known yet", text: unknown, words: "ci: what it would write (objects) is not known before something" },
  ])
    it(`cannot tell of a change that is ${what}, unless the rules allow that`, async () => {
      const refused = await gate(text);
      expect(refused.stdout).to.include("it cannot be judged").and.include(words);
      expect(refused.code).to.equal(2);
      expect((await gate(text, { rules: "rules: [{ rule: deletes }]\nunknown: allow" })).code).to.equal(0);
    });

  it("says it as JSON, and as Markdown that nobody's name can break out of", async () => {
    const text = preview([step("delete", "a|b *c* `d`", { before: auditor })]);
    const json = await gate(text, { format: "json" });
    expect(JSON.parse(json.stdout)).to.deep.include({ outcome: "refused", code: 1, unknown: [] });
    const { stdout } = await gate(text, { format: "markdown" });
    expect(stdout)
      .to.include("### Refused: a rule is broken")
      .and.include("| delete | a\\|b \\*c\\* \\`d\\` | pve:ApiTokenRole |");
    expect(JSON.parse((await gate("{}", { format: "json" })).stdout)).to.include({ outcome: "cannot tell", code: 2 });
    expect((await gate("{}", { format: "markdown" })).stdout).to.include("### Refused: it cannot be judged");
  });

  it("says it as annotations, as tests and as results of an analysis, each with what it needs escaped", async () => {
    const text = preview([step("delete", 'a<b>&"c":%\n,d', { before: auditor })]);
    const github = await gate(text, { format: "github" });
    expect(github.stdout).to.equal('::error title=pve-ops gate%2C deletes::a<b>&"c":%25%0A,d: would be deleted\n');
    const junit = await gate(text, { format: "junit" });
    expect(junit.stdout).to.include('failures="1"').and.include("a&lt;b&gt;&amp;&quot;c&quot;:% ,d: would be deleted");
    const sarif = JSON.parse((await gate(text, { format: "sarif" })).stdout);
    expect(sarif.runs[0].results[0]).to.deep.include({ ruleId: "deletes", level: "error" });
    const allowed = await gate(preview([]), { format: "junit" });
    expect(allowed.stdout).to.include('tests="1" failures="0"').and.include("the change is allowed");
    expect((await gate("{}", { format: "github" })).stdout).to.include("::error title=pve-ops gate%2C cannot tell::");
  });

  for (const { what, args, words } of [
    { what: "no command that there is", args: ["gaet"], words: "there is no command gaet; did you mean gate?" },
    { what: "no preview", args: ["gate"], words: "one preview is judged at a time" },
    { what: "a file that is not there", args: ["gate", "/nowhere.json"], words: "cannot read /nowhere.json" },
    {
      what: "an option that there is not",
      args: ["gate", "x", "--rule", "y"],
      words: "there is no option --rule; did you mean --rules?",
    },
    {
      what: "a format that there is not",
      args: ["gate", "x", "--format", "xml"],
      words: "there is no format xml, only text",
    },
  ])
    it(`exits 2 for ${what}, with words`, async () => {
      const { code, stderr } = await command(process.execPath, [bin, ...args]);
      expect(stderr).to.include(words).and.not.include("    at ");
      expect(code).to.equal(2);
    });

  it("says how it is used", async () => {
    const { code, stdout } = await command(process.execPath, [bin, "--help"]);
    expect(stdout).to.include("pve-ops gate PREVIEW.json");
    expect(code).to.equal(0);
  });
});
