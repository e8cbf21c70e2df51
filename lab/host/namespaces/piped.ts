import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { Socket } from "node:net";
import type { Pipes } from "./pipes.ts";

/** Starts a program on three pipes. */
export function piped(pipes: Pipes, [program = "", ...args]: readonly string[]): ChildProcessWithoutNullStreams {
  const [input, output, errors] = [pipes.take(), pipes.take(), pipes.take()];
  const child = spawn(program, args, { env: {}, stdio: [input.read, output.write, errors.write] });
  for (const end of [input.read, output.write, errors.write]) closeSync(end);
  const stdin = new Socket({ fd: input.write, readable: false });
  const stdout = new Socket({ fd: output.read, writable: false });
  const stderr = new Socket({ fd: errors.read, writable: false });
  const whole: ChildProcess = Object.assign(child, { stdin, stdout, stderr, stdio: [stdin, stdout, stderr] });
  if (hasStreams(whole)) return whole;
  throw new Error("a program has no streams");
}

const hasStreams = (child: ChildProcess): child is ChildProcessWithoutNullStreams =>
  child.stdin !== null && child.stdout !== null && child.stderr !== null;
