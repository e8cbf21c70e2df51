import { readdirSync } from "node:fs";

// What changes a machine, boots it, speaks of it or of its packages: a host has its own, or none.
const HIDDEN = [
  /^(?:init|reboot|shutdown|poweroff|halt|telinit|runlevel|wall|kexec)$/,
  /^(?:systemctl|systemd-|systemd$|journalctl|loginctl|hostnamectl|timedatectl|localectl|networkctl|resolvectl|busctl)/,
  /^(?:service|invoke-rc\.d|update-rc\.d|deb-systemd-)/,
  /^(?:apt|aptitude|unattended-upgrade|debconf|dpkg-(?:reconfigure|divert|statoverride|trigger|preconfigure))/,
  /^(?:update-initramfs|mkinitramfs|lsinitramfs|unmkinitramfs|update-grub|grub-|efibootmgr|bootctl|kernel-install|installkernel)/,
  /^(?:proxmox-|pve|pvesh$|qm$|pct$|vzdump$|ha-manager$|corosync|pmxcfs$)/,
  /^(?:modprobe|insmod|rmmod|lsmod|depmod|modinfo|kmod|dmesg|lspci|setpci|lsusb|lshw|dmidecode|lsblk|blkid|mokutil|udevadm)$/,
  /^(?:ip|ss|bridge|ifup|ifdown|ifreload|ifquery|zpool|zfs|lvm|lvs|vgs|pvs|sudo|su|sysctl|virt-what)$/,
  /^(?:docker|podman|snap|flatpak|nvidia-)/,
];

/** This machine's programs, below `/usr`, that a host does not see. */
export const hiddenPrograms = (): string[] =>
  ["bin", "sbin"].flatMap((folder) =>
    readdirSync(`/usr/${folder}`)
      .filter((name) => HIDDEN.some((pattern) => pattern.test(name)))
      .map((name) => `${folder}/${name}`),
  );
