import type { HostFacts, PciDevice } from "../host/host-facts.ts";
import { standingBack } from "./drivers.ts";
import type { Args } from "./vfio-host-config.args.ts";

/** What modprobe is to go by for the chosen devices. */
export function modprobeText(args: Args, { devices }: HostFacts, chosen: readonly PciDevice[]): string {
  const back = standingBack(chosen, devices);
  const blacklisted = args.drivers === "auto" ? back.blacklisted : args.drivers;
  const ids = [...new Set(chosen.map(({ id }) => id))].join(",");
  const options = [...(args.bind === "ids" ? [`ids=${ids}`] : []), ...(args.disableVga ? ["disable_vga=1"] : [])];
  return [
    // Without their names: those change with lspci's list, and an initramfs would be rebuilt for that.
    ...chosen.map(({ address, id }) => `# ${address} [${id}]`),
    ...(options.length > 0 ? [`options vfio-pci ${options.join(" ")}`] : []),
    ...(args.allowUnsafeInterrupts ? ["options vfio_iommu_type1 allow_unsafe_interrupts=1"] : []),
    ...[...new Set([...back.after, ...blacklisted])].map((driver) => `softdep ${driver} pre: vfio-pci`),
    ...blacklisted.map((driver) => `blacklist ${driver}`),
    "",
  ].join("\n");
}
