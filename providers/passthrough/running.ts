import { isSaidIn, textsIn } from "../host/edit/parameter.ts";
import type { HostFacts, PciDevice } from "../host/host-facts.ts";
import { parametersOf } from "./vfio-files.ts";
import type { Args } from "./vfio-host-config.args.ts";

/** What the kernel shows, by its paths; a part of what stands wherever a run itself sees to it. */
type Running = Readonly<Record<string, string>>;

const CMDLINE = "/proc/cmdline";
const driverPath = (address: string) => `/sys/bus/pci/devices/${address}/driver`;

/** Whether a path is one of the running kernel's: what is there goes with the next start. */
export const isRunning = (path: string): boolean => path.startsWith("/proc/") || path.startsWith("/sys/");

/** What is to be so while the host runs; nothing where the next start is left to somebody else. */
export function wantedRunning(name: string, args: Args, host: HostFacts, chosen: readonly PciDevice[]): Running {
  if (args.persist && args.reboot === "never") return {};
  const parameters = args.persist ? parametersOf(name, args, host).join(" ") : "";
  const bound = args.mode === "passthrough" ? chosen : [];
  return {
    ...(parameters ? { [CMDLINE]: parameters } : {}),
    ...Object.fromEntries(bound.map(({ address }) => [driverPath(address), "vfio-pci"])),
  };
}

/** What of it is so. */
export function foundRunning(name: string, args: Args, host: HostFacts, chosen: readonly PciDevice[]): Running {
  const told = textsIn(host.cmdline);
  const isSo = (path: string) =>
    chosen.some(({ address, driver }) => path === driverPath(address) && driver === "vfio-pci");
  return Object.fromEntries(
    Object.entries(wantedRunning(name, args, host, chosen)).flatMap(([path, wanted]) => {
      if (path !== CMDLINE) return isSo(path) ? [[path, wanted] as const] : [];
      const there = wanted.split(" ").filter((word) => isSaidIn(told, word));
      return there.length > 0 ? [[path, there.join(" ")] as const] : [];
    }),
  );
}
