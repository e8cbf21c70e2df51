import { spawn } from "node:child_process";
import { closeSync, constants, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { closingInherited } from "./inherited.ts";

export interface Pipe {
  readonly read: number;
  readonly write: number;
}

// As many as some sessions need: a program has to be run to make them.
const AT_ONCE = 24;
// Bash keeps what a here-string says in a pipe, from this number on.
const FIRST = 10;
const HELD = ".\n";
const MAKE = `${"exec {pipe}<<<.; ".repeat(AT_ONCE)} read -r`;
const PATIENCE = 10_000;

/** Pipes as sshd gives them to programs. Node's own are sockets, which nobody can open again by `/dev/stdin`. */
export class Pipes {
  readonly #made: Pipe[] = [];

  take(): Pipe {
    const pipe = this.#made.pop();
    if (pipe) return pipe;
    this.#make();
    return this.take();
  }

  close(): void {
    for (const { read, write } of this.#made.splice(0)) for (const end of [read, write]) closeSync(end);
  }

  /** Node cannot make a pipe, but it can open what another process has. */
  #make(): void {
    const [program = "", ...args] = [...closingInherited(), "/usr/bin/bash", "-c", MAKE];
    const maker = spawn(program, args, { stdio: ["pipe", "ignore", "ignore"], env: {} });
    try {
      this.#made.push(...pipesOf(`/proc/${maker.pid}/fd`).map(opened));
    } finally {
      maker.kill("SIGKILL");
    }
  }
}

/** Waits for it here and now, some milliseconds: who wants a session is told at once whether it has one. */
function pipesOf(folder: string): readonly string[] {
  for (const begun = performance.now(); performance.now() - begun < PATIENCE; ) {
    const numbers = readdirSync(folder).filter((number) => Number(number) >= FIRST);
    const files = numbers.map((number) => `${folder}/${number}`).filter(isPipe);
    if (files.length === AT_ONCE) return files;
  }
  throw new Error("bash makes no pipes: it has to be 5.1 or later");
}

function isPipe(file: string): boolean {
  try {
    return readlinkSync(file).startsWith("pipe:");
  } catch {
    // Closed meanwhile.
    return false;
  }
}

function opened(file: string): Pipe {
  const pipe = { read: openSync(file, constants.O_RDONLY), write: openSync(file, constants.O_WRONLY) };
  readSync(pipe.read, Buffer.alloc(HELD.length));
  return pipe;
}
