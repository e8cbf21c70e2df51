import { Trouble, Unreachable } from "#providers/core/trouble.ts";
import { Lost } from "#providers/host/ssh/running.ts";

/** What a person can act on; a host that cannot be reached is no answer at all. */
export async function orTrouble<T>(work: () => Promise<T>): Promise<T | Trouble> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof Trouble && !(thrown instanceof Unreachable) && !(thrown instanceof Lost)) return thrown;
    throw thrown;
  }
}
