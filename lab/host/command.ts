import type { Host } from "./host.ts";

/** A program of a host that is called, as a process would see it. */
export interface CommandCall {
  readonly host: Host;
  /** The path that it was called by, like `/usr/sbin/reboot`. */
  readonly path: string;
  /** Its arguments, its own name not among them. */
  readonly argv: readonly string[];
  readonly cwd: string;
}

export interface Answer {
  readonly stdout?: string;
  readonly stderr?: string;
  /** 0 where nothing is said. */
  readonly code?: number;
}

/** A program that answers from the lab's state. */
export type Command = (call: CommandCall) => Answer | Promise<Answer>;
