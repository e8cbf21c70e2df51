const CONTINUED = /(?:^|[^\\])(?:\\\\)*\\\r?$/;

/** Whether the next line belongs to this one: it ends with a backslash that no other one takes away. */
export const isContinued = (line: string): boolean => CONTINUED.test(line);

/** The ending of a file's lines, by the lines that have one: Windows' only where all of them have it. */
export const endsWithCr = (lines: readonly string[]): boolean =>
  lines.length > 1 && lines.slice(0, -1).every((line) => line.endsWith("\r"));

/** Numbers of lines, counted from 0, as a person reads them. */
export const lineWords = (at: readonly number[]): string =>
  at.length === 0 ? "no line" : `line ${at.map((n) => n + 1).join(" and ")}`;
