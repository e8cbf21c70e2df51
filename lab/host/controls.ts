import type { constants } from "node:os";
import type { Host } from "./host.ts";

/** The name of an error number, as `errno.h` has it. */
export type Errno = keyof typeof constants.errno;

/** Why the kernel would not. */
export interface Refusal {
  readonly errno: Errno;
}

/**
 * The control files of a host's sysfs: what reading one shows, and what writing to it does. The program that reads or
 * writes goes on when the answer is there, so an answer must not wait for the host to go down.
 */
export interface ControlHandler {
  read(host: Host, path: string): string | Refusal | Promise<string | Refusal>;
  /** Whatever one write(2) carried. */
  write(host: Host, path: string, text: string): Refusal | undefined | Promise<Refusal | undefined>;
}

/** Where they all stand in a host, in one flat folder. */
export const CONTROLS = "/sys/.controls";

/** What the link that stands at a control file's path, like `/sys/bus/pci/rescan`, points to. */
export const controlTarget = (path: string): string => `${CONTROLS}/${nameOf(path)}`;

/** One name for a whole path: a host has no folder of controls to walk. */
export const nameOf = (path: string): string => encodeURIComponent(path).replaceAll("%3A", ":");

/** The path behind such a name, if it is one. */
export function pathOf(name: string): string | undefined {
  try {
    const path = decodeURIComponent(name);
    return path.startsWith("/sys/") && nameOf(path) === name ? path : undefined;
  } catch {
    return undefined;
  }
}
