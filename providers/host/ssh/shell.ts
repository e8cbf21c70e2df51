import { Trouble } from "../../core/trouble.ts";
import type { Connection } from "./connection.ts";
import type { Destination } from "./destination.ts";
import type { Links } from "./link.ts";
import { Lost, NoChannel, type Program, type Ran, runOn } from "./running.ts";
import type { Slots } from "./slots.ts";
import { whereabouts } from "./whereabouts.ts";

interface RunOptions {
  /** How many bytes of output it may write; 16 MiB. */
  readonly limit?: number;
  /** How many seconds it may take; ten minutes. */
  readonly within?: number;
  /** Whether running it twice does no harm: then it is sent again, once, after the connection was lost. */
  readonly repeatable?: boolean;
}

/** Runs programs on one host, several at a time, over one connection that is made at first use. */
export class Shell {
  readonly name: string;
  readonly #resolve: () => Destination;
  readonly #links: Links;
  readonly #hosts: Slots;
  #destination: Destination | undefined;
  #programs = 0;
  #place: Promise<() => void> | undefined;

  constructor(name: string, resolve: () => Destination, links: Links, hosts: Slots) {
    this.name = name;
    this.#resolve = resolve;
    this.#links = links;
    this.#hosts = hosts;
  }

  /** Runs a POSIX program, which reads `data` from its input, as root. Its exit status is the caller's to judge. */
  async run(text: string, data: Uint8Array | string = "", options: RunOptions = {}): Promise<Ran> {
    const { limit = 16 * 1024 * 1024, within = 600, repeatable = false } = options;
    this.#destination ??= this.#resolve();
    const destination = this.#destination;
    const program: Program = { text, data, limit, within, sudo: destination.sudo };
    return this.#inPlace(async () => {
      try {
        return await this.#once(destination, program);
      } catch (thrown) {
        if (thrown instanceof Lost && (repeatable || !thrown.sent)) return this.#once(destination, program);
        throw thrown;
      }
    });
  }

  /** A host has one place among those that are worked on at a time, however many programs run there. */
  async #inPlace<T>(work: () => Promise<T>): Promise<T> {
    this.#programs += 1;
    this.#place ??= this.#hosts.take();
    const leave = await this.#place;
    try {
      return await work();
    } finally {
      this.#programs -= 1;
      if (this.#programs === 0) {
        this.#place = undefined;
        leave();
      }
    }
  }

  async #once(destination: Destination, program: Program): Promise<Ran> {
    const { connection, done } = await this.#links.lend(destination);
    try {
      return await onPlace(connection, whereabouts(destination), program);
    } finally {
      done();
    }
  }
}

async function onPlace(connection: Connection, where: string, program: Program): Promise<Ran> {
  let leave = await connection.places.take();
  try {
    for (;;) {
      try {
        return await runOn(connection, where, program);
      } catch (thrown) {
        if (!(thrown instanceof NoChannel)) throw thrown;
        // sshd may allow fewer sessions than usual: those that it has are waited for.
        if (connection.places.taken < 2) throw noSession(where, thrown);
        leave = await connection.places.narrow();
      }
    }
  } finally {
    leave();
  }
}

const noSession = (where: string, cause: NoChannel): Trouble =>
  new Trouble(
    {
      doing: `running a program on ${where}`,
      came: `it opens no session (${cause.message})`,
      next: "Look at MaxSessions and ForceCommand in its /etc/ssh/sshd_config",
    },
    cause,
  );
