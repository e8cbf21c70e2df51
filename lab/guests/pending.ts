import { isDrive, keepUnused, parseDrive } from "./drives.ts";
import type { Guest, GuestConfig } from "./guest.ts";

/** Has a value wait for its turn. */
export function propose({ pending, dropped }: GuestConfig, key: string, value: string): void {
  pending.set(key, value);
  dropped.delete(key);
}

/** Has a value wait to be taken out. */
export function drop({ pending, dropped }: GuestConfig, key: string, force: boolean): void {
  pending.delete(key);
  dropped.set(key, { force });
}

/** Lets what would change nothing wait no longer. */
export function cleanUp({ values, pending, dropped }: GuestConfig): void {
  for (const [key, value] of pending) if (values.get(key) === value) pending.delete(key);
  for (const key of dropped.keys()) if (!values.has(key)) dropped.delete(key);
}

/** Makes true what waits: all of it while the guest is stopped, of a running one what it can take. */
export function apply(guest: Guest): void {
  const { config } = guest;
  const now = (key: string) => guest.startedAt === undefined || isHot(guest, key);
  for (const [key, { force }] of [...config.dropped])
    if (now(key)) {
      if (guest.type === "qemu" && isDrive(key) && !force) keepUnused(config, guest.vmid, driveOf(config, key));
      config.values.delete(key);
      config.dropped.delete(key);
    }
  for (const [key, value] of [...config.pending])
    if (now(key)) {
      if (guest.type === "qemu" && isDrive(key) && config.values.has(key)) {
        const before = driveOf(config, key);
        if (before.file !== parseDrive(value).file) keepUnused(config, guest.vmid, before);
      }
      config.values.set(key, value);
      config.pending.delete(key);
    }
}

const driveOf = ({ values }: GuestConfig, key: string) => parseDrive(values.get(key) ?? "");

const ALWAYS = /^(?:description|hookscript|lock|name|onboot|protection|startup|tags)$/;
const QEMU =
  /^(?:migrate_downtime|migrate_speed|shares|vmstatestorage|ci\w+|ipconfig\d+|nameserver|searchdomain|sshkeys)$/;
const QEMU_WEIGHTS = /^(?:balloon|cpulimit|cpuunits|agent)$/;
const LXC = /^(?:cores|cpulimit|cpuunits|hostname|memory|swap|net\d+|nameserver|searchdomain|unused\d+|timezone)$/;

function isHot({ type, config: { values } }: Guest, key: string): boolean {
  if (ALWAYS.test(key)) return true;
  if (type === "lxc") return LXC.test(key);
  if (QEMU.test(key) || QEMU_WEIGHTS.test(key)) return true;
  const said = values.get("hotplug") ?? "1";
  const features = said === "1" ? ["network", "disk", "usb"] : said.split(/[,;\s]+/);
  if (/^net\d+$/.test(key)) return features.includes("network");
  if (/^usb\d+$/.test(key)) return features.includes("usb");
  return /^(?:scsi|virtio)\d+$/.test(key) && features.includes("disk");
}
