import type { PciDevice } from "../host/host-facts.ts";

/** Where an initramfs has what runs before udev loads drivers: without prerequisites they run by the alphabet. */
export const INIT_TOP = "/etc/initramfs-tools/scripts/init-top";

/**
 * Gives devices to vfio-pci by where they are, before any driver is there. A card that was moved, or another one in its
 * place, is left alone. For the shells of an initramfs: busybox's, or klibc's, which is dash.
 */
export const earlyScript = (chosen: readonly PciDevice[]): string =>
  `${[
    'case "$1" in prereqs) exit 0 ;; esac',
    "",
    "is() {",
    "  vendor= device=",
    '  { read -r vendor < "/sys/bus/pci/devices/$1/vendor" && read -r device < "/sys/bus/pci/devices/$1/device"; } 2>/dev/null',
    '  [ "$vendor:$device" = "$2" ]',
    "}",
    "",
    ...chosen.flatMap(({ address, id }) => [
      `if is ${address} ${idAsRead(id)}; then`,
      `  echo vfio-pci > /sys/bus/pci/devices/${address}/driver_override`,
      // A driver that is built into the kernel was there before any script.
      `  if [ -e /sys/bus/pci/devices/${address}/driver ]; then echo ${address} > /sys/bus/pci/devices/${address}/driver/unbind; fi`,
      "fi",
    ]),
    "",
    "modprobe vfio-pci",
    "exit 0",
  ].join("\n")}\n`;

/** `10de:1e87` as sysfs has its halves. */
const idAsRead = (id: string): string =>
  id
    .split(":")
    .map((half) => `0x${half}`)
    .join(":");
