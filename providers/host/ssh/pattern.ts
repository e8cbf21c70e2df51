/** Whether `text` is as OpenSSH's pattern has it: `*` is any text, `?` any one character. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  const [first = ""] = parts;
  if (parts.length === 1) return first.length === text.length && fits(first, text, 0);
  const last = parts.at(-1) ?? "";
  const end = text.length - last.length;
  if (end < first.length || !fits(first, text, 0) || !fits(last, text, end)) return false;
  // What lies between two stars is found as early as can be: that leaves most to the rest.
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    while (at + part.length <= end && !fits(part, text, at)) at += 1;
    at += part.length;
    if (at > end) return false;
  }
  return true;
}

const fits = (part: string, text: string, at: number): boolean =>
  at + part.length <= text.length &&
  Array.from({ length: part.length }, (_, n) => n).every((n) => part[n] === "?" || part[n] === text[at + n]);

/** Whether `text` is as one of the patterns has it, and as none of those with `!` before them. */
export const matchesAny = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => !pattern.startsWith("!") && matches(pattern, text)) &&
  !patterns.some((pattern) => pattern.startsWith("!") && matches(pattern.slice(1), text));

/** The same for patterns with commas between them. */
export const matchesList = (list: string, text: string): boolean => matchesAny(list.split(","), text);
