import { FRAME } from "./frame.ts";

/**
 * `facts` prints what a host is and what its files hold, a fact a line, and changes nothing. A word that may hold
 * anything is printed as it is behind a colon, or in base64 behind a percent sign.
 */
export const FACTS = String.raw`
word() {
  case $1 in
    *[!A-Za-z0-9/_.,=@+-]*) printf ' %%%s' "$(printf '%s' "$1" | base64 -w0)" ;;
    *) printf ' :%s' "$1" ;;
  esac
}
told() { # NAME FILE: the first line of a file of the kernel's
  value=
  if [ -r "$2" ] && { IFS= read -r value < "$2" || [ -n "$value" ]; } 2>/dev/null; then
    printf '%s' "$1"; word "$value"; printf '\n'
  fi
}
# What may hang for good, and no signal ends it: a pool without its disks, /etc/pve without its daemon, a driver that does
# not let go. It is done by a process that may be left behind, and that holds neither the connection nor the lock.
in_time() { # SECONDS COMMAND...: prints what it prints, which has no empty line, or nothing and fails
  seconds=$1; shift
  place=$(mktemp -d -p "$root/run") && mkfifo -- "$place/answer" || { "$@"; return; }
  exec 7<> "$place/answer"
  rm -rf -- "$place"
  { answer=$("$@"); printf '%s\n\n' "$answer" >&7; } < /dev/null > /dev/null 2>&1 9>&- &
  if answer=$(exec timeout "$seconds" sed '/^$/q' <&7 9>&-); then
    exec 7>&-
    printf '%s\n' "$answer"
  else
    exec 7>&-
    return 1
  fi
}
said() { # NAME PROGRAM ARGUMENT...: what a program says, if there is such a program
  command -v "$2" >/dev/null 2>&1 || return 0
  printf 'said'; word "$1"; shift
  word "$("$@" 2>&1 < /dev/null)"; printf '\n'
}
file_facts() { # PATH
  if [ -f "$1" ]; then
    printf 'file'; word "${"$"}{1#"$root"}"
    printf ' %%'; base64 -w0 < "$1"; printf '\n'
  elif [ -d "$1" ]; then
    printf 'folder'; word "${"$"}{1#"$root"}"; printf '\n'
  elif [ -e "$1" ] || [ -L "$1" ]; then
    printf 'odd'; word "${"$"}{1#"$root"}"; printf '\n'
  fi
}
pci_facts() {
  for device in "$root"/sys/bus/pci/devices/*; do
    [ -e "$device/vendor" ] || continue
    printf 'pci :%s' "${"$"}{device##*/}"
    for attribute in vendor device class boot_vga; do
      value=-
      if [ -r "$device/$attribute" ]; then IFS= read -r value < "$device/$attribute" || :; fi
      printf ' %s' "${"$"}{value:--}"
    done
    printf '\n'
  done
  [ -d "$root/sys/bus/pci/devices" ] || return 0
  find "$root"/sys/bus/pci/devices/*/ -maxdepth 1 -type l \( -name driver -o -name iommu_group \) \
    -printf '%f :%h :%l\n' 2>/dev/null
}
iommu_facts() {
  for table in DMAR IVRS; do
    if [ -e "$root/sys/firmware/acpi/tables/$table" ]; then printf 'acpi :%s\n' "$table"; fi
  done
  units=$(ls "$root/sys/class/iommu" 2>/dev/null)
  [ -n "$units" ] || return 0
  printf 'iommu'; word "$units"; printf '\n'
  said_of_iommu() { dmesg 2>/dev/null | grep -iE 'Linux version|(IRQ|interrupt) remapping' | head -n 20; }
  said dmesg said_of_iommu
}
# What disks and network ports hang on, and which of them the host uses.
use_facts() {
  find "$root/sys/class/net" "$root/sys/class/block" "$root/sys/class/nvme" -maxdepth 1 -type l \
    -printf 'lies :%f :%l\n' 2>/dev/null
  find "$root"/sys/class/net/*/ "$root"/sys/class/block/*/holders/ -maxdepth 1 -type l \
    \( -name master -o -path '*/holders/*' \) -printf 'taken :%h\n' 2>/dev/null
  grep -lx up "$root"/sys/class/net/*/operstate 2>/dev/null | sed 's/^/taken :/'
  sed -n 's,^/dev/\([^/[:space:]]*\)[[:space:]].*,taken :\1,p' "$root/proc/mounts" "$root/proc/swaps" 2>/dev/null
  # A file system over several disks is mounted by one of them, and a pool of volumes alone by none.
  find "$root"/sys/fs/btrfs/*/devices -maxdepth 1 -type l -printf 'taken :%f\n' 2>/dev/null
  if [ -d "$root/proc/spl/kstat/zfs" ] || grep -q ' zfs ' "$root/proc/mounts" 2>/dev/null; then
    in_time 20 said zpool zpool list -vHLP || printf 'late :zpool\n'
  fi
}
guest_facts() {
  for file in "$root"/run/qemu-server/*.pid; do
    pid=
    if [ -r "$file" ]; then IFS= read -r pid < "$file" || :; fi
    if [ -n "$pid" ] && [ -d "/proc/$pid" ]; then vmid=${"$"}{file##*/}; printf 'guest :%s :qemu\n' "${"$"}{vmid%.pid}"; fi
  done
  for folder in "$root"/sys/fs/cgroup/lxc/[0-9]*; do
    if [ -d "$folder" ]; then printf 'guest :%s :lxc\n' "${"$"}{folder##*/}"; fi
  done
}
# Two of them at a time take each other's mounts away, be the other one filling the partitions: each has its own place.
boot_tool_status() {
  place=$(mktemp -d 2>/dev/null) || { proxmox-boot-tool status; return; }
  TMPDIR=$place proxmox-boot-tool status
  rmdir -- "$place/espmounts" "$place" 2>/dev/null
}
# The cards of guests that start with the host; what stands below the first section is a snapshot's.
starting_guest_facts() {
  for file in "$root"/etc/pve/qemu-server/*.conf; do
    [ -f "$file" ] || continue
    own=$(sed '/^\[/,$d' "$file")
    printf '%s\n' "$own" | grep -q '^onboot: *1' || continue
    vmid=${"$"}{file##*/}
    printf '%s\n' "$own" | sed -n "s/^hostpci[0-9]*: */${"$"}{vmid%.conf} /p"
  done
}
# Containers that use cards of the host.
container_facts() {
  grep -lE '^(lxc\.mount\.entry|dev[0-9]+): */?dev/(dri|nvidia|kfd)' "$root"/etc/pve/lxc/*.conf 2>/dev/null | sed 's,.*/,,; s/\.conf$//'
}
cluster_facts() {
  said starting starting_guest_facts
  said containers container_facts
  if [ -r "$root/etc/pve/mapping/pci.cfg" ]; then
    said node uname -n
    said mappings cat "$root/etc/pve/mapping/pci.cfg"
  fi
}
quorum_facts() {
  if [ -e "$root/etc/pve/corosync.conf" ] || [ -e "$root/etc/corosync/corosync.conf" ]; then
    if command -v corosync-quorumtool >/dev/null 2>&1; then said corosync timeout 15 corosync-quorumtool -s; fi
  fi
  if [ -e "$root/etc/pve/ceph.conf" ] && command -v ceph >/dev/null 2>&1; then said ceph timeout 15 ceph health; fi
}
facts() {
  told cmdline "$root/proc/cmdline"
  told kernel "$root/proc/sys/kernel/osrelease"
  told boot "$root/proc/sys/kernel/random/boot_id"
  printf 'cpu'; word "$(sed -n 's/^vendor_id[[:space:]]*: *//p' "$root/proc/cpuinfo" 2>/dev/null | head -n 1)"; printf '\n'
  if [ -d "$root/sys/firmware/efi" ]; then printf 'firmware :uefi\n'; else printf 'firmware :bios\n'; fi
  for program in update-grub update-initramfs; do
    if command -v "$program" >/dev/null 2>&1; then printf 'has :%s\n' "$program"; fi
  done
  if [ -s "$root/etc/kernel/proxmox-boot-uuids" ] && command -v proxmox-boot-tool >/dev/null 2>&1; then
    said proxmox-boot-tool boot_tool_status
  fi
  if [ -d "$root/sys/firmware/efi" ]; then said efibootmgr efibootmgr -v; fi
  said lspci lspci -Dmm
  pci_facts
  iommu_facts
  use_facts
  guest_facts
  if in_time 20 cluster_facts; then quorum_facts; else printf 'late :/etc/pve\n'; fi
  while IFS= read -r pattern; do
    IFS=
    for path in $root$pattern; do file_facts "$path"; done
    unset IFS
  done << EOF
$patterns
EOF
  printf 'end\n'
}
read_patterns() {
  patterns=
  while IFS= read -r pattern && [ -n "$pattern" ]; do patterns=$patterns$pattern'
'; done
  patterns=${"$"}{patterns%?}
}
`;

/** Reads the facts and does nothing else. */
export const READ = `${FRAME}${FACTS}read_patterns\nfacts\n`;

/** Every file that some resource edits or goes by, as the shell's patterns. */
const PATTERNS = [
  "/etc",
  "/etc/default",
  "/etc/default/grub",
  "/etc/default/grub.d",
  "/etc/default/grub.d/*.cfg",
  "/etc/initramfs-tools",
  "/etc/initramfs-tools/modules",
  "/etc/initramfs-tools/scripts",
  "/etc/initramfs-tools/scripts/init-top",
  "/etc/initramfs-tools/scripts/init-top/*",
  "/etc/kernel",
  "/etc/kernel/cmdline",
  "/etc/kernel/next-boot-pin",
  "/etc/kernel/proxmox-boot-pin",
  "/etc/kernel/proxmox-boot-uuids",
  "/etc/modprobe.d",
  "/etc/modprobe.d/*.conf",
  "/etc/modules",
  "/etc/modules-load.d",
  "/etc/modules-load.d/*.conf",
  "/etc/network/interfaces.new",
  "/var/lib/pve-ops",
  "/var/lib/pve-ops/*",
  "/var/lib/pve-ops/originals/*",
];

/** The data of `READ`: which files it is about. */
export const WATCHED = `${PATTERNS.join("\n")}\n\n`;
