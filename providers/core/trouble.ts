/** An error that a person can act on: what was being done and where, what came back, what to do next. */
export class Trouble extends Error {
  override readonly name = "Trouble";

  constructor(words: { doing: string; came: string; next: string; details?: string }, cause?: unknown) {
    const { doing, came, next, details } = words;
    super(`${doing}: ${came}. ${next}.${details ? `\n${details}` : ""}`, { cause });
  }
}

/** Somebody else wrote there after it was read: looking again and going on from there is all it takes. */
export class Overtaken extends Trouble {}

/** Nothing answers there, so nothing can be said of how it is. */
export class Unreachable extends Trouble {}

/** The words of whatever was thrown. */
export const wordsOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/**
 * Runs what the SDK calls for read and delete: it prints text and stack of whatever they throw, on the stack's own
 * row, besides the error itself. A person who can act on the words needs them once.
 */
export async function withoutStack<T>(type: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof Trouble) {
      thrown.toString = () => type;
      thrown.stack = "see the error at the resource itself";
    }
    throw thrown;
  }
}
