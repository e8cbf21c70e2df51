import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { ServerChannel } from "ssh2";

/**
 * What a program says, on its way into a channel: one piece after the other. ssh2 remembers one piece that waits for
 * the client's window and goes on with an old one when the two outputs of a channel take turns at waiting; so nothing
 * is given to it before it is done with what it has, and what it remembers is taken from it.
 */
export class Outlet {
  readonly #channel: ServerChannel;
  readonly #closed: Promise<unknown>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(channel: ServerChannel) {
    this.#channel = channel;
    this.#closed = once(channel, "close");
  }

  /** Is there when all of it has gone out, or can go nowhere any more. */
  async pass(from: Readable, to: "stdout" | "stderr", seen: (bytes: number) => number): Promise<void> {
    const out = to === "stdout" ? this.#channel : this.#channel.stderr;
    try {
      for await (const chunk of from) {
        const bytes = Buffer.from(chunk);
        await this.#write(out, bytes.subarray(0, seen(bytes.length)));
      }
    } catch {
      // It was taken away when the client was gone.
    }
  }

  #write(out: Writable, bytes: Buffer): Promise<unknown> {
    const write = () => new Promise<void>((done) => out.write(bytes, () => done()));
    this.#last = this.#last.then(() => Promise.race([write(), this.#closed]).then(() => this.#forget()));
    return this.#last;
  }

  #forget(): void {
    for (const name of ["_chunk", "_chunkcb", "_chunkErr", "_chunkcbErr"]) Reflect.set(this.#channel, name, undefined);
  }
}
