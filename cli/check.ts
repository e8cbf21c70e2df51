/** Something that was looked at: whether it is well, and what to do if it is not; none where nobody can tell. */
export interface Check {
  readonly ok: boolean | undefined;
  /** It is so, and is to be known. */
  readonly isNote?: true;
  readonly what: string;
  /** For a person to do. */
  readonly next?: string;
}

/** What a question about a host came to; `shown` stands above its checks. */
export interface Diagnosis {
  readonly checks: readonly Check[];
  readonly shown?: string;
  /** The same for programs. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export const good = (what: string): Check => ({ ok: true, what });
export const bad = (what: string, next?: string): Check => ({ ok: false, what, ...(next ? { next } : {}) });
export const note = (what: string, next: string): Check => ({ ok: true, isNote: true, what, next });
export const untold = (what: string, next?: string): Check => ({ ok: undefined, what, ...(next ? { next } : {}) });

/** Healthy, a finding, or what could not be told. */
export function codeOf(checks: readonly Check[]): 0 | 1 | 2 {
  if (checks.some(({ ok }) => ok === false)) return 1;
  return checks.some(({ ok }) => ok === undefined) ? 2 : 0;
}

/** Checks as lines. */
export const checkWords = (checks: readonly Check[]): string =>
  checks
    .map(({ ok, isNote, what, next }) => {
      const mark = ok === undefined || isNote ? "!" : ok ? "✔" : "✘";
      return `  ${mark} ${what}\n${next ? `      → ${next}\n` : ""}`;
    })
    .join("");
