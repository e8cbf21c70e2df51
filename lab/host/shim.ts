import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Where commands are answered, and what proves to be of which host. */
export interface Line {
  readonly port: number;
  readonly secret: string;
}

/**
 * The program that stands in a host for a command: it hands on who was called how, and does what it is told, which is
 * to print and to end. Arguments pass as they are, each ended by NUL.
 */
const shim = (path: string, { port, secret }: Line): string => `#!/bin/bash -p
# Answers from the lab's state.
gone() {
  echo "${path}: the lab of this host does not answer" >&2
  exit 69
}
{ exec 3<>/dev/tcp/127.0.0.1/${port}; } 2>/dev/null || gone
printf '%s\\0' ${secret} ${path} "$PWD" "$#" "$@" >&3
answer=$(/usr/bin/cat <&3)
[ -n "$answer" ] || gone
exec 3>&-
eval "$answer"
`;

/** Writes what a host has over `/usr`: a shim a command, and what its first process is called. What else is there stays. */
export function layCommands(folder: string, paths: readonly string[], line: Line): void {
  for (const ours of ["bin", "sbin", "libexec", "lib/systemd", "lib/molly-guard"])
    rmSync(join(folder, ours), { recursive: true, force: true });
  mkdirSync(join(folder, "lib/systemd"), { recursive: true });
  symlinkSync("/usr/bin/bash", join(folder, "lib/systemd/systemd"));
  for (const path of paths) {
    const place = join(folder, belowUsr(path));
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, shim(path, line));
    chmodSync(place, 0o755);
  }
}

/** `/sbin` is `/usr/sbin`. */
function belowUsr(path: string): string {
  const below = relative("/usr", path.replace(/^\/(s?bin|lib)\//, "/usr/$1/"));
  if (!below.startsWith("..")) return below;
  throw new Error(`a host's command stands below /usr, not at ${path}`);
}
