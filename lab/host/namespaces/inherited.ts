import { readdirSync, readFileSync } from "node:fs";

const CLOSED_ON_EXEC = 0o2000000;

/**
 * What to put before a command line so that nothing that whoever started this process left open gets into a host: one
 * open folder of this machine would be a way out. Node's own are closed by themselves.
 */
export function closingInherited(): string[] {
  const open = readdirSync("/proc/self/fd").filter((number) => Number(number) > 2 && isInherited(number));
  if (open.length === 0) return [];
  return ["/usr/bin/bash", "-c", `exec ${open.map((number) => `${number}>&-`).join(" ")}; exec "$@"`, "bash"];
}

function isInherited(number: string): boolean {
  try {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${number}`, "utf8"))?.[1] ?? "";
    return (Number.parseInt(flags, 8) & CLOSED_ON_EXEC) === 0;
  } catch {
    // What the folder was listed by.
    return false;
  }
}
