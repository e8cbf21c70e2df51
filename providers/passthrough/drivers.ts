import type { PciDevice } from "../host/host-facts.ts";
import { isDisplay } from "./chosen-devices.ts";

/** The drivers that would claim a card of a maker's, by the vendor's id. */
const OF_VENDOR: Readonly<Record<string, readonly string[]>> = {
  "10de": ["nouveau", "nvidia", "nvidia_drm", "nvidiafb"],
  "1002": ["amdgpu", "radeon"],
  "8086": ["i915", "xe"],
};

/** The drivers of displays that are no card to hand on: of a board's management, or of a hypervisor. */
const OF_BOARD: Readonly<Record<string, readonly string[]>> = {
  "1a03": ["ast"],
  "102b": ["mgag200"],
  "1234": ["bochs"],
  "1af4": ["virtio_gpu"],
  "1b36": ["qxl"],
  "15ad": ["vmwgfx"],
};

/** What an initramfs brings early for disks and networks of many makers: loading one of them just has vfio-pci come first. */
const HOST_ADAPTERS = ["mpt3sas", "mpi3mr", "megaraid_sas", "aacraid", "hpsa", "smartpqi", "mptsas"];
const NETWORK_CARDS = [
  ...["igb", "igc", "ixgbe", "i40e", "ice", "e1000e", "r8169", "tg3", "bnx2", "bnx2x", "bnxt_en"],
  ...["mlx4_core", "mlx5_core", "atlantic", "cxgb4"],
];

/** The drivers that would claim other devices, or the other functions of a card, by the first digits of their class. */
const OF_CLASS: readonly (readonly [string, readonly string[]])[] = [
  ["0403", ["snd_hda_intel"]],
  ["0c03", ["xhci_pci", "xhci_hcd"]],
  ["0c80", ["i2c_nvidia_gpu"]],
  ["0108", ["nvme"]],
  ["0106", ["ahci"]],
  ["0100", HOST_ADAPTERS],
  ["0104", HOST_ADAPTERS],
  ["0107", HOST_ADAPTERS],
  ["02", NETWORK_CARDS],
];

/** What has to stand back for some devices to be handed on. */
interface StandingBack {
  /** Not loaded at all: no device that the host keeps needs it. */
  readonly blacklisted: readonly string[];
  /** Loaded after vfio-pci, so that it finds the devices taken. */
  readonly after: readonly string[];
}

/** Which drivers stand back for the chosen devices; a card that stays with the host keeps its driver. */
export function standingBack(chosen: readonly PciDevice[], all: readonly PciDevice[]): StandingBack {
  const staying = all.filter((device) => !chosen.includes(device));
  const vendors = new Set(chosen.filter(isDisplay).map(vendorOf));
  const own = [...vendors].flatMap((vendor) => (OF_VENDOR[vendor] ?? []).map((driver) => ({ vendor, driver })));
  const isNeeded = (vendor: string) => staying.some((device) => isDisplay(device) && vendorOf(device) === vendor);
  const others = OF_CLASS.filter(([kind]) => chosen.some((device) => device.class.startsWith(kind))).flatMap(
    ([, drivers]) => drivers,
  );
  return {
    blacklisted: own.filter(({ vendor }) => !isNeeded(vendor)).map(({ driver }) => driver),
    after: [...new Set([...own.map(({ driver }) => driver), ...others])],
  };
}

/** The drivers by which a display can show a console: the one that it has, or what a kernel has for its maker. */
export function consoleDriversOf(display: PciDevice): readonly string[] {
  const own = (display.driver ?? "").replaceAll("-", "_");
  return knownTo(display).includes(own) ? [own] : rescuedDriversOf(display);
}

/** Those by which a rescued display may show a console, whatever it has now: after its start it may have another. */
export const rescuedDriversOf = (display: PciDevice): readonly string[] =>
  // NVIDIA's own ones come by hand, and nvidiafb is kept off everywhere.
  vendorOf(display) === "10de" ? ["nouveau"] : knownTo(display);

const knownTo = (display: PciDevice) => OF_VENDOR[vendorOf(display)] ?? OF_BOARD[vendorOf(display)] ?? [];

const vendorOf = ({ id }: PciDevice): string => id.slice(0, 4);
