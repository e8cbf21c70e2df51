/** Whether the person who waits wants no more of it, and says so by Ctrl-C. */
export class Interruption {
  readonly #controller = new AbortController();

  constructor(say: (text: string) => void) {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => this.#controller.abort());
    this.signal.addEventListener("abort", () => say("interrupted: waiting for what runs to stop, then cleaning up"));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends here once it is so. */
  goOn(): void {
    if (this.signal.aborted) throw new Error("interrupted");
  }
}
