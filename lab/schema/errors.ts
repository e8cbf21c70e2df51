/** What is wrong with the parameters of a call, by path, in PVE's words. */
export class Errors {
  readonly #byPath = new Map<string, string>();

  add(path: string, words: string): void {
    const at = path || "_root";
    const before = this.#byPath.get(at);
    this.#byPath.set(at, before === undefined ? words : `${before}\\n${words}`);
  }

  get none(): boolean {
    return this.#byPath.size === 0;
  }

  entries(): [string, string][] {
    return [...this.#byPath];
  }
}

/** A value that its format refuses; the message is what PVE says, with its line end. */
export class FormatError extends Error {
  override readonly name = "FormatError";
}
