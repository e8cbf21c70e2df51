import type { Rebuild } from "../host/wish.ts";
import type { BootLoader } from "./boot-loader.ts";

/** What has to be rebuilt for a change of these files to count at the next boot. */
export function rebuildsOf(changed: readonly string[]): string[] {
  const isIn = (...folders: string[]) => changed.some((path) => folders.some((folder) => path.startsWith(folder)));
  return [
    ...(isIn("/etc/modprobe.d/", "/etc/initramfs-tools/") ? ["initramfs"] : []),
    ...(isIn("/etc/default/grub", "/etc/kernel/") ? ["boot-entries"] : []),
  ];
}

/** How: an image for each kernel that can be booted, and the boot entries of what really boots. */
export function rebuildBy(loader: BootLoader): (what: string) => Rebuild {
  const seconds = 1800;
  const byTool = loader.is === "systemd-boot" || (loader.is === "grub" && loader.byTool);
  return (what) =>
    what === "initramfs"
      ? { what, argv: ["update-initramfs", "-u", "-k", "all"], seconds }
      : { what, argv: byTool ? ["proxmox-boot-tool", "refresh"] : ["update-grub"], seconds };
}
