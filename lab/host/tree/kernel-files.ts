import type { Entries } from "./entry.ts";

/** What tells the kernel about modules, and what its first file system is made of, as it is installed. */
export const kernelFiles: Entries = {
  "/etc/modules": {
    text: `# /etc/modules: kernel modules to load at boot time.
#
# One name a line, with the module's parameters after it. Lines that begin with "#" are left out.

`,
  },
  "/etc/modules-load.d/modules.conf": { link: "../modules" },
  "/etc/modprobe.d/pve-blacklist.conf": {
    text: `# Modules that Proxmox VE does not support

blacklist nvidiafb
`,
  },
  "/etc/initramfs-tools/initramfs.conf": {
    text: `#
# initramfs.conf
# What mkinitramfs(8) goes by. What stands in /etc/initramfs-tools/conf.d wins.
#

MODULES=most

BUSYBOX=auto

COMPRESS=zstd

DEVICE=

NFSROOT=auto

RUNSIZE=10%

FSTYPE=auto
`,
  },
  "/etc/initramfs-tools/modules": {
    text: `# Modules to have in the initramfs, and to load at boot time.
#
# One name a line, with the module's parameters after it.
#
# Examples:
#
# raid1
# sd_mod
`,
  },
  "/etc/initramfs-tools/update-initramfs.conf": {
    text: `#
# update-initramfs.conf
#

update_initramfs=yes

backup_initramfs=no
`,
  },
  "/etc/initramfs-tools/conf.d": { folder: true },
  "/etc/initramfs-tools/hooks": { folder: true },
  "/etc/initramfs-tools/scripts": { folder: true },
  "/etc/sysctl.d": { folder: true },
};
