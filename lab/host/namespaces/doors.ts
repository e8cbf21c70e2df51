import { closeSync, openSync } from "node:fs";
import { closingInherited } from "./inherited.ts";

const FILES = { user: "user", mount: "mnt", uts: "uts", ipc: "ipc", pid: "pid_for_children" } as const;

type Kind = keyof typeof FILES;

/** Ways into namespaces. Each is held open: a process number could be another's by the time that it is used. */
export class Doors {
  readonly #open: ReadonlyMap<Kind, number>;
  readonly #before = closingInherited();

  private constructor(open: ReadonlyMap<Kind, number>) {
    this.#open = open;
  }

  /** Into those of a process that runs. */
  static of(pid: number | undefined, kinds: readonly Kind[]): Doors {
    return new Doors(new Map(kinds.map((kind) => [kind, openSync(`/proc/${pid}/ns/${FILES[kind]}`, "r")])));
  }

  /** The command line that goes through them; who goes stays who it is, which is root in there. */
  get command(): string[] {
    const ways = [...this.#open].map(([kind, descriptor]) => `--${kind}=/proc/${process.pid}/fd/${descriptor}`);
    return [...this.#before, "/usr/bin/nsenter", "--preserve-credentials", ...ways, "--"];
  }

  close(): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor);
  }
}
