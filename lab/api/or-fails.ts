import { ApiError, asText, died } from "./api-error.ts";

/** Does what PVE does while it holds the lock of a file: what goes wrong there, of whatever kind, is told after those words. */
export function orFails<T>(words: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    // What the lab lacks is said as it is.
    if (!(thrown instanceof ApiError) || thrown.status === 501) throw thrown;
    throw died(`${words}: ${asText(thrown)}`);
  }
}

/** Does what PVE does under a lock that hands on the words of what goes wrong, and nothing else of it: all is 500. */
export function underLock(work: () => void): null {
  try {
    work();
    return null;
  } catch (thrown) {
    throw thrown instanceof ApiError ? died(asText(thrown)) : thrown;
  }
}
