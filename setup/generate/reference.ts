import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { presets } from "../../providers/access/presets.ts";
import { ApiTokenRole, BackupRetention, VfioHostConfig } from "../../providers/schemas.ts";

const root = join(import.meta.dirname, "../..");

/** What is written into a page between `<!-- NAME -->` and `<!-- end of NAME -->`, made from the code. */
const PARTS: Readonly<Record<string, () => string>> = {
  "args of ApiTokenRole": () => argsTable(ApiTokenRole),
  "args of BackupRetention": () => argsTable(BackupRetention),
  "args of VfioHostConfig": () => argsTable(VfioHostConfig),
  presets: presetsTable,
};

/** A page with each of its made parts made anew. */
export function pageWithParts(file: string): string {
  const text = readFileSync(join(root, file), "utf8");
  return text.replace(/<!-- (?!end of)(.+?) -->\n[\s\S]*?<!-- end of \1 -->/g, (_, name: string) => {
    const part = PARTS[name];
    if (!part) throw new Error(`${file}: nothing makes the part ${name}`);
    return `<!-- ${name} -->\n${part()}\n<!-- end of ${name} -->`;
  });
}

const Shown = z.looseObject({
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), Shown).optional();
  },
  get items() {
    return Shown.optional();
  },
  required: z.array(z.string()).optional(),
});

function argsTable(args: z.ZodType): string {
  const schema = Shown.parse(z.toJSONSchema(args, { io: "input", unrepresentable: "any" }));
  return ["| arg | | default |", "|---|---|---|", ...rows(schema, "")].join("\n");
}

function rows({ properties = {}, required = [] }: z.output<typeof Shown>, above: string): string[] {
  return Object.entries(properties).flatMap(([key, shown]) => {
    const inner = shown.properties ? shown : shown.items?.properties ? shown.items : undefined;
    const name = `${above}${key}${inner && !shown.properties ? "[]" : ""}`;
    const values = shown.enum ? `: ${shown.enum.map((one) => `\`${one}\``).join(", ")}` : "";
    const given = "default" in shown ? code(shown.default) : required.includes(key) ? "needed" : "";
    const row = `| \`${name}\` | ${shown.description ?? ""}${values} | ${given} |`;
    return [row, ...(inner ? rows(inner, `${name}.`) : [])];
  });
}

const code = (value: unknown): string => (value === "" ? "empty" : `\`${JSON.stringify(value)}\``);

function presetsTable(): string {
  const lines = Object.entries(presets).map(([name, privileges]) => {
    const [on8, on9] = [privileges(8).toSorted(), privileges(9).toSorted()];
    const both = on9.filter((one) => on8.includes(one)).map((one) => `\`${one}\``);
    const only = (release: number, list: readonly string[], other: readonly string[]) =>
      list.filter((one) => !other.includes(one)).map((one) => `\`${one}\` (${release})`);
    return `| \`${name}\` | ${[...both, ...only(8, on8, on9), ...only(9, on9, on8)].join(", ")} |`;
  });
  return ["| preset | privileges |", "|---|---|", ...lines].join("\n");
}
