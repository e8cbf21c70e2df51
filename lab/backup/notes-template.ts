const VARIABLES = ["cluster", "guestname", "node", "vmid"];

/** What is wrong with a template for notes, in PVE's words; none where it is good. */
export function notesComplaint(template: string): string | undefined {
  if (template.includes("\n")) return "contains a line feed\n";
  const escapes = [...template.matchAll(/\\(.)/g)]
    .filter(([, char = ""]) => !"n\\".includes(char))
    .map(({ 1: char, index }) => `escape sequence '\\${char}' at char ${index}`);
  const variables = [...template.matchAll(/\{\{([^\s{}]+)\}\}/g)]
    .filter(([, name = ""]) => !VARIABLES.includes(name))
    // PVE counts back from the end by the name alone, and so is off by two.
    .map(({ 0: all, 1: name = "", index }) => `variable '${name}' at char ${index + all.length - name.length}`);
  const unknown = [...escapes, ...variables];
  return unknown.length > 0 ? `found unknown: ${unknown.join(", ")}\n` : undefined;
}

/** The notes of one backup. */
export function notesBy(template: string, values: Readonly<Record<string, string>>): string {
  return template
    .replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char))
    .replace(/\{\{([^\s{}]+)\}\}/g, (all, name: string) => values[name] ?? all);
}
