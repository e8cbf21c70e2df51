const CONTINUED = /(?:^|[^\\])(?:\\\\)*\\\r?$/;

/** Whether the next line belongs to this one: it ends with a backslash that no other one takes away. */
export const isContinued = (line: string): boolean => CONTINUED.test(line);

/** Numbers of lines, counted from 0, as a person reads them. */
export const lineWords = (at: readonly number[]): string =>
  at.length === 0 ? "no line" : `line ${at.map((n) => n + 1).join(" and ")}`;
