import { ApiError, asText, died } from "../api-error.ts";

/** Does what PVE does while it holds the lock of a file: what goes wrong there is told after those words. */
export function orFails<T>(words: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof ApiError && thrown.status === 500 ? died(`${words}: ${asText(thrown)}`) : thrown;
  }
}
