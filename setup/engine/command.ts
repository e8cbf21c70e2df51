import { type ChildProcess, spawn } from "node:child_process";

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Told each piece as it is printed. */
  readonly onOutput?: (text: string) => void;
  /** Milliseconds until it is ended. */
  readonly limit?: number;
  /** Asks it to stop, as Ctrl-C does; it alone decides when it has. A terminal's own Ctrl-C does not reach it then. */
  readonly interrupt?: AbortSignal | undefined;
}

/** Runs a command to its end. A command that is not there, or was ended, has a code other than 0. */
export function command(file: string, args: readonly string[], options: CommandOptions = {}): Promise<Result> {
  const { cwd, env, onOutput, limit, interrupt } = options;
  return new Promise((done) => {
    const child = spawn(file, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: interrupt !== undefined || limit !== undefined,
    });
    const timer = limit === undefined ? undefined : setTimeout(() => endAll(child), limit);
    const stop = () => void child.kill("SIGINT");
    interrupt?.addEventListener("abort", stop, { once: true });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      onOutput?.(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      onOutput?.(text);
    });
    child.on("error", (error) => done({ code: 127, stdout, stderr: `${stderr}${error.message}` }));
    child.on("close", () => clearTimeout(timer));
    child.on("close", () => interrupt?.removeEventListener("abort", stop));
    child.on("close", (code) => done({ code: code ?? 137, stdout, stderr }));
  });
}

/** Ends a command with all that it started. */
function endAll({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // it had just ended by itself
  }
}
