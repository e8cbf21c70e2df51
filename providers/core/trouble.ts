/** An error that a person can act on: what was being done and where, what came back, what to do next. */
export class Trouble extends Error {
  override readonly name = "Trouble";

  constructor(words: { doing: string; came: string; next: string; details?: string }, cause?: unknown) {
    const { doing, came, next, details } = words;
    super(`${doing}: ${came}. ${next}.${details ? `\n${details}` : ""}`, { cause });
  }
}

/** The words of whatever was thrown. */
export const wordsOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
