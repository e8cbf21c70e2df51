import { lstatSync } from "node:fs";
import type { SshFault } from "../../faults.ts";
import type { Host } from "../host.ts";
import { inside } from "../inside.ts";

const LOOK_EVERY = 5;

/** What goes wrong with the connection of one command. */
export class Mishap {
  readonly #fault: SshFault;
  readonly #happen: () => void;
  readonly #timers: NodeJS.Timeout[] = [];
  #left: number;
  #happened = false;

  /** `happen` makes it so, once. */
  constructor(fault: SshFault, host: Host, happen: () => void) {
    const { bytes, milliseconds, file } = fault;
    this.#fault = fault;
    this.#happen = happen;
    this.#left = bytes ?? Number.POSITIVE_INFINITY;
    if (milliseconds !== undefined) this.#timers.push(setTimeout(() => this.#now(), milliseconds));
    if (file !== undefined) this.#timers.push(setInterval(() => isThere(host, file) && this.#now(), LOOK_EVERY));
    if (bytes === 0) this.#now();
  }

  /** How many of the next bytes that the command says still get through. */
  saw(bytes: number): number {
    const through = Math.min(bytes, this.#left);
    this.#left -= through;
    if (this.#left === 0) setImmediate(() => this.#now());
    return through;
  }

  /** The command has ended: whether that is not told. */
  hasEnded(): boolean {
    this.#stop();
    if (this.#fault.at === "after" || this.#left === 0) this.#now();
    return this.#happened;
  }

  #now(): void {
    this.#stop();
    if (!this.#happened) this.#happen();
    this.#happened = true;
  }

  #stop(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
  }
}

function isThere({ tree }: Host, file: string): boolean {
  try {
    return lstatSync(inside(tree, file)) !== undefined;
  } catch {
    return false;
  }
}
