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
  pattern
    .replaceAll("(?^:", "(?:")
    .replaceAll("(?>", "(?:")
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
