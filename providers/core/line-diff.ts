/** The fewest lines that went, with `-` before them, and that came, with `+`, in the order of the text. */
export function lineDiff(then: readonly string[], now: readonly string[]): string[] {
  let head = 0;
  while (head < Math.min(then.length, now.length) && then[head] === now[head]) head++;
  let tail = 0;
  while (tail < Math.min(then.length, now.length) - head && then.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const [went, came] = [then.slice(head, then.length - tail), now.slice(head, now.length - tail)];
  if (went.length * came.length > LARGE) return [...went.map(minus), ...came.map(plus)];
  const shared = sharedBelow(went, came);
  const lines: string[] = [];
  let [a, b] = [0, 0];
  for (const line of went) {
    // What both have comes when nothing that they share is lost by it, and after what came before it.
    const keeps = came.indexOf(line, b);
    if (keeps >= 0 && 1 + (shared[a + 1]?.[keeps + 1] ?? 0) === shared[a]?.[b]) {
      lines.push(...came.slice(b, keeps).map(plus));
      b = keeps + 1;
    } else lines.push(minus(line));
    a++;
  }
  return [...lines, ...came.slice(b).map(plus)];
}

/** Beyond this many pairs of lines the whole of both is told: nobody reads such a difference line by line. */
const LARGE = 1_000_000;

const minus = (line: string): string => `- ${line}`;
const plus = (line: string): string => `+ ${line}`;

/** How many lines, in order, both have from each pair of places on. */
function sharedBelow(one: readonly string[], other: readonly string[]): number[][] {
  const table = Array.from({ length: one.length + 1 }, () => Array<number>(other.length + 1).fill(0));
  for (let a = one.length - 1; a >= 0; a--)
    for (let b = other.length - 1; b >= 0; b--) {
      const row = table[a] ?? [];
      row[b] =
        one[a] === other[b]
          ? 1 + (table[a + 1]?.[b + 1] ?? 0)
          : Math.max(table[a + 1]?.[b] ?? 0, table[a]?.[b + 1] ?? 0);
    }
  return table;
}
