import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { readFileSync } from "node:fs";

/** What a session runs: a line for the login shell, that shell itself, or a program and its arguments. */
export type Program = { readonly command: string } | "shell" | readonly [string, ...string[]];

export interface Circumstances {
  /** On top of what a login gives root: HOME, USER, LOGNAME, SHELL and PATH. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** `machine` may mount and unmount in the host, which no session may: for a disk that is full or read-only. */
  readonly rights?: "session" | "machine";
}

/** What Debian's sshd gives root. */
const LOGIN: Readonly<Record<string, string>> = {
  HOME: "/root",
  USER: "root",
  LOGNAME: "root",
  SHELL: "/bin/bash",
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
};

// With these a session could take apart what keeps it in: mounts, the first process, those that bring others in.
const TAKEN = ["sys_admin", "sys_ptrace", "sys_module", "sys_rawio", "sys_boot", "mknod", "bpf", "perfmon"];

/** The command line of a session, already in the host; it ends with whoever brought it in. */
export function sessionLine(program: Program, { env, cwd = "/root", rights = "session" }: Circumstances): string[] {
  const taken = rights === "session" ? [`--bounding-set=${TAKEN.map((name) => `-${name}`).join(",")}`] : [];
  const variables = Object.entries({ ...LOGIN, ...env }).map(([name, value]) => `${name}=${value}`);
  return [
    "/usr/bin/setpriv",
    ...taken,
    "--pdeathsig=KILL",
    "/usr/bin/env",
    "-i",
    "-C",
    cwd,
    ...variables,
    ...programWords(program),
  ];
}

/** What a program is started by. */
export function programWords(program: Program): readonly [string, ...string[]] {
  if (program === "shell") return ["/bin/bash", "--login"];
  return "command" in program ? ["/bin/bash", "-c", program.command] : program;
}

/** Has a signal reach what was started, rather than the program that brought it in and waits for it. */
export function withItsSignals(child: ChildProcessWithoutNullStreams): ChildProcessWithoutNullStreams {
  const killed = child.kill.bind(child);
  child.kill = (signal = "SIGTERM") => {
    const inner = childOf(child.pid);
    return inner === undefined ? killed(signal) : process.kill(inner, signal);
  };
  return child;
}

/** The one process that another waits for. */
function childOf(pid: number | undefined): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim()) || undefined;
  } catch {
    return undefined;
  }
}
