import type { BootLoader } from "#providers/passthrough/boot-loader.ts";

/** What a boot loader is called. */
export function loaderWords(loader: BootLoader): string {
  if (loader.is === "unknown") return "an unknown boot loader";
  if (loader.is === "systemd-boot") return "systemd-boot";
  return loader.byTool ? "GRUB, filled by proxmox-boot-tool" : "GRUB";
}
