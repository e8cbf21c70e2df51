import type { Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import type { SshFault } from "../../faults.ts";

declare module "ssh2" {
  interface Server {
    /** It asks no more of it than this. */
    injectSocket(socket: Duplex): void;
  }
}

/** What lies between a client and a host: every byte takes its time on it, and it can be cut or fall silent. */
export class Wire {
  /** The host's end. */
  readonly end: Duplex;
  readonly #socket: Socket;
  #silent = false;

  /** There and back takes as many milliseconds as are said. */
  constructor(socket: Socket, latency: number) {
    this.#socket = socket;
    const [near, far] = duplexPair();
    const { remoteAddress, remotePort, remoteFamily } = socket;
    this.end = Object.assign(far, { remoteAddress, remotePort, remoteFamily });
    this.#pass(socket, near, latency / 2);
    this.#pass(near, socket, latency / 2);
    socket.on("close", () => far.destroy());
  }

  /** It is cut, or stays and nothing comes through any more. */
  goWrong({ how }: Pick<SshFault, "how">): void {
    if (how === "cut") this.#socket.destroy();
    else this.#silent = true;
  }

  // Timers of the same length fire in the order they were set in. SSH's own windows bound what is under way.
  #pass(from: Duplex, to: Duplex, delay: number): void {
    const later = (act: () => void) => (delay > 0 ? setTimeout(act, delay) : act());
    from.on("data", (chunk) => this.#silent || later(() => to.writable && to.write(chunk)));
    from.on("end", () => this.#silent || later(() => to.end()));
    // Its close follows.
    from.on("error", () => undefined);
  }
}
