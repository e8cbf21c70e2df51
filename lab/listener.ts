import type { AddressInfo, Server } from "node:net";
import type { Duplex } from "node:stream";
import type { Place } from "./place.ts";

/** A server that listens at one place as long as its machine is there. */
export class Listener implements Place {
  readonly address: string;
  readonly port: number;
  readonly #server: Server;
  readonly #open = new Set<Duplex>();

  private constructor(server: Server, { address, port }: Place) {
    this.#server = server;
    this.address = address;
    this.port = port;
    // Node's own `closeAllConnections` leaves those that are still shaking hands.
    server.on("connection", (socket: Duplex) => {
      this.#open.add(socket);
      socket.once("close", () => this.#open.delete(socket));
    });
  }

  /** At the first of some places that can be had; port 0 is any port. */
  static async open(server: Server, [first, ...others]: readonly [Place, ...Place[]]): Promise<Listener> {
    try {
      return new Listener(server, await listening(server, first));
    } catch (thrown) {
      const [second, ...rest] = others;
      if (!second) throw thrown;
      return Listener.open(server, [second, ...rest]);
    }
  }

  /** As seen by a client, the machine is gone: nothing listens, and what was open is cut. */
  leave(): Promise<void> {
    return new Promise((done) => {
      this.#server.close(() => done());
      this.cut();
    });
  }

  async comeBack(): Promise<void> {
    if (!this.#server.listening) await listening(this.#server, this);
  }

  /** Ends every connection there is. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }
}

function listening(server: Server, { address, port }: Place): Promise<Place> {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, address, () => {
      server.off("error", fail);
      const bound: AddressInfo | string | null = server.address();
      if (typeof bound === "object" && bound !== null) done({ address: bound.address, port: bound.port });
      else fail(new Error("a server has no address"));
    });
  });
}
