import type { HostFacts } from "#providers/host/host-facts.ts";
import { hostPlan } from "#providers/host/host-plan.ts";
import { wishFor } from "#providers/passthrough/vfio-wish.ts";
import { argsOf, factsFor, WHO } from "./asked.ts";

/** A host once a resource with these args is applied to it; without args, once it is destroyed. */
export function applied(host: HostFacts, args: object | undefined): HostFacts {
  const facts = factsFor(args ?? { mode: "off" }, host);
  const { steps } = hostPlan(wishFor(WHO, argsOf(args ?? {}), facts, args === undefined ? new Map() : facts.edits));
  const files = new Map(Object.entries(host.files));
  const folders = new Set(host.folders);
  for (const step of steps) {
    if (step.do === "write") files.set(step.path, step.text);
    if (step.do === "remove") files.delete(step.path);
    const kept = step.do === "keep" ? files.get(step.path) : undefined;
    if (step.do === "keep" && kept !== undefined) files.set(step.as, kept);
    if (step.do === "folder") folders.add(step.path);
    if (step.do === "unfolder" && ![...files.keys()].some((path) => path.startsWith(`${step.path}/`)))
      folders.delete(step.path);
  }
  return { ...host, files: inOrder(files), folders: [...folders] };
}

/** A host once it was started with that command line, its card at 01:00 with vfio-pci. */
export const restarted = (host: HostFacts, cmdline: string): HostFacts => ({
  ...host,
  bootId: `after ${host.bootId}`,
  cmdline,
  devices: host.devices.map((device) =>
    device.address.startsWith("0000:01:00") ? { ...device, driver: "vfio-pci" } : device,
  ),
});

/** As a host tells them: those of a folder by the alphabet. */
const inOrder = (files: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
