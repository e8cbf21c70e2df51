import { FACTS } from "#providers/host/program/facts.ts";
import { FRAME } from "#providers/host/program/frame.ts";

/** Tells of a node what resources do not go by, and its operator wants to know; changes nothing. */
export const NODE = String.raw`${FRAME}${FACTS}
told name "$root/etc/hostname"
clustered() { if [ -e "$root/etc/pve/corosync.conf" ]; then printf 'clustered :yes\n'; else printf 'clustered :no\n'; fi; }
if in_time 20 clustered; then if command -v ha-manager >/dev/null 2>&1; then said ha timeout 15 ha-manager status; fi; fi
said version dpkg-query -W -f '${"$"}{Version}' pve-manager
for file in "$root"/boot/vmlinuz-*; do
  if [ -e "$file" ]; then printf 'kernel'; word "${"$"}{file##*/vmlinuz-}"; printf '\n'; fi
done
grub_entry() { grep -m 1 -E '^[[:space:]]*linux' "$root/boot/grub/grub.cfg" 2>/dev/null; }
said grub grub_entry
for file in "$root/run/reboot-required" "$root/var/run/reboot-required"; do
  if [ -e "$file" ]; then printf 'required :yes\n'; break; fi
done
said_by_kernel() { dmesg 2>/dev/null | grep -iE 'Linux version|DMAR|AMD-Vi|IOMMU|remapping|vfio' | grep -v 'Adding to iommu group' | head -n 80; }
said dmesg said_by_kernel
find "$root/sys/bus/pci/devices" -maxdepth 1 -type l -printf 'at :%f :%l\n' 2>/dev/null
printf 'end\n'
`;
