import { good } from "../support/fixture.ts";
import type { VirtualMachine } from "./machine.ts";

/** What stands at a path: kind, mode, owner, where a link points, and of a file the hash. */
export type HostFiles = ReadonlyMap<string, string>;

const FOLDERS = "/boot /etc /opt /root /srv /usr/local /usr/share/initramfs-tools /var";

/** What is made anew from files that are as before, and differs by its times. */
export const REBUILT = /^\/boot\/initrd\.img-/;

/** What each boot and each look writes on any Debian. */
const BY_ITSELF = [
  /^\/var\/log(\/|$)/,
  /^\/var\/(cache|tmp)\//,
  /^\/var\/lib\/systemd\//,
  /^\/var\/lib\/initramfs-tools\//,
  /^\/etc\/resolv\.conf$/,
];

/** Every path of the folders that somebody may write to. */
export async function hostFiles(machine: VirtualMachine): Promise<HostFiles> {
  const said = await good(
    machine.run(
      `find ${FOLDERS} -xdev -printf '%p\\t%y %m %U:%G %l\\n'; echo; find ${FOLDERS} -xdev -type f -exec sha256sum {} +`,
    ),
  );
  const [paths = "", hashes = ""] = said.split("\n\n");
  const hashOf = new Map(hashes.split("\n").map((line) => [line.slice(66), line.slice(0, 64)]));
  return new Map(
    paths.split("\n").map((line) => {
      const [path = "", kind = ""] = line.split("\t");
      return [path, `${kind}${hashOf.get(path) ?? ""}`];
    }),
  );
}

/** The paths where something else stands, but for what a boot writes by itself and for those like `but`. */
export function changedFiles(before: HostFiles, after: HostFiles, ...but: readonly RegExp[]): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths]
    .filter((path) => before.get(path) !== after.get(path) && ![...BY_ITSELF, ...but].some((one) => one.test(path)))
    .toSorted();
}
