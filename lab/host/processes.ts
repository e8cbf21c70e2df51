import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { dirname, join } from "node:path";
import type { Command } from "./command.ts";
import type { ControlHandler } from "./controls.ts";
import type { Host } from "./host.ts";

/** What a session runs: a line for the login shell, that shell itself, or a program and its arguments. */
export type Program = { readonly command: string } | "shell" | readonly [string, ...string[]];

export interface Circumstances {
  /** On top of what a login gives root: HOME, USER, LOGNAME, SHELL and PATH. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** `machine` may mount and unmount in the host, which no session may: for a disk that is full or read-only. */
  readonly rights?: "session" | "machine";
}

export interface Fittings {
  /** Programs that answer from the lab's state, by their path in the host. */
  readonly commands: Readonly<Record<string, Command>>;
  readonly controls: ControlHandler;
}

/**
 * Beside a host's tree: `proc` holds files that a host shows instead of this machine's, like `proc/cmdline` and
 * `proc/sys/kernel/random/boot_id`, as they are when it boots; `usr` what it has over this machine's `/usr`.
 */
export const besideTree = (host: Host, what: "proc" | "usr"): string => join(dirname(host.tree), what);

/** Programs that run inside hosts: on Linux, in namespaces of their own. */
export class HostProcesses {
  /** Why there can be none here, in words. */
  static isPossible(): Promise<string | undefined> {
    return Promise.resolve("not yet");
  }

  static start(_fittings: Fittings): Promise<HostProcesses> {
    return Promise.reject(new Error("not yet"));
  }

  /** Gives a host its namespaces and its first process; its `/run` and `/tmp` are empty then. */
  boot(_host: Host): Promise<void> {
    return Promise.reject(new Error("not yet"));
  }

  /** Starts a program in a host that is up. To kill it is to kill what was started, not what that has left running. */
  start(_host: Host, _program: Program, _circumstances: Circumstances = {}): ChildProcessWithoutNullStreams {
    throw new Error("not yet");
  }

  /** Ends everything that runs in a host; is there when nothing does any more. */
  powerOff(_host: Host): Promise<void> {
    return Promise.reject(new Error("not yet"));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
