import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** A process that says line by line how far it is, and ends when its input does: at the latest when we die. */
export class Supervised {
  /** All that it said. */
  readonly lines: string[] = [];
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #closed: Promise<unknown>;
  #ended = false;
  #news = Promise.withResolvers<void>();

  constructor(file: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    // In a session of its own: who ends this process with its group leaves it the time to clean up.
    this.#process = spawn(file, args, { env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    // It may end before we told it all.
    this.#process.stdin.on("error", () => {});
    for (const stream of [this.#process.stdout, this.#process.stderr])
      createInterface(stream).on("line", (line) => this.#heard(() => this.lines.push(line)));
    this.#closed = new Promise((done) => this.#process.once("close", done).once("error", done));
    void this.#closed.then(() =>
      this.#heard(() => {
        this.#ended = true;
      }),
    );
  }

  /** Waits for a line like this; an error, with all that was said, where the process ends without. */
  async until(wanted: RegExp, unwanted?: RegExp): Promise<void> {
    while (!this.lines.some((line) => wanted.test(line))) {
      if (this.#ended || this.lines.some((line) => unwanted?.test(line)))
        throw new Error(`waiting for ${wanted}: it ended\n${this.lines.join("\n")}`);
      await this.#news.promise;
    }
  }

  tell(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  async end(): Promise<void> {
    this.#process.stdin.end();
    await this.#closed;
  }

  #heard(take: () => void): void {
    take();
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
