const compiled = new Map<string, RegExp>();

/** Whether the whole of `text` matches a pattern of the schema, which is written as Perl writes it. */
export function matches(pattern: string, text: string): boolean {
  let known = compiled.get(pattern);
  if (!known) {
    known = new RegExp(`^${fromPerl(pattern)}$`);
    compiled.set(pattern, known);
  }
  return known.test(text);
}

/** `(?^i:…)` resets flags and sets some, `(?>…)` gives nothing back; POSIX classes are written out. */
const fromPerl = (pattern: string): string =>
  withoutWayBack(pattern)
    .replaceAll("(?^:", "(?:")
    .replace(/\(\?\^([a-z]+):/g, (_, flags: string) => {
      const known = [...flags].filter((flag) => "ims".includes(flag)).join("");
      return known ? `(?${known}:` : "(?:";
    })
    // The same, in one way alone: Perl notes where it has been, JavaScript would try all ways until the world ends.
    .replaceAll("[-]*)[a-z\\d]+)*", "[-]+)[a-z\\d]+)*")
    .replaceAll("[:alnum:]", "A-Za-z0-9")
    .replaceAll("[:alpha:]", "A-Za-z")
    .replaceAll("[:digit:]", "0-9")
    .replaceAll("[:xdigit:]", "A-Fa-f0-9");

const NO_WAY_BACK = "(?>";

/** JavaScript has no `(?>…)`, but it never goes back into a lookahead: it looks, and takes what it saw. */
function withoutWayBack(pattern: string, count = 0): string {
  const start = pattern.indexOf(NO_WAY_BACK);
  if (start < 0) return pattern;
  const end = endOfGroup(pattern, start);
  const within = pattern.slice(start + NO_WAY_BACK.length, end);
  const taken = `(?:(?=(?<taken${count}>${within}))\\k<taken${count}>)`;
  return withoutWayBack(pattern.slice(0, start) + taken + pattern.slice(end + 1), count + 1);
}

/** Where the parenthesis closes that opens at `start`. */
function endOfGroup(pattern: string, start: number): number {
  let depth = 0;
  for (const { 0: part, index } of pattern.matchAll(/\\.|\[(?:\\.|[^\]])*\]|[()]/gs)) {
    if (index < start) continue;
    if (part === "(") depth += 1;
    if (part === ")") depth -= 1;
    if (depth === 0) return index;
  }
  return pattern.length;
}
