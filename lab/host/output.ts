import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";

/** How a program ended, and what it said. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  /** 128 where a signal ended it. */
  readonly code: number;
}

const KILLED = 128;

/** Gives a program its input and waits for its end. */
export async function outputOf(child: ChildProcessWithoutNullStreams, input = ""): Promise<Output> {
  const ended = once(child, "close");
  // It may end before it has read all.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), buffer(child.stderr)]);
  const [code]: (number | null)[] = await ended;
  return { stdout: stdout.toString(), stderr: stderr.toString(), code: code ?? KILLED };
}
