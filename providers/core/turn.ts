const last = new Map<string, Promise<unknown>>();

/** Does work on a target after all that was asked for before: two at a time would read what the other is writing. */
export function inTurn<T>(target: string, work: () => Promise<T>): Promise<T> {
  const before = last.get(target) ?? Promise.resolve();
  const mine = before.then(work, work);
  last.set(target, mine);
  return mine;
}
