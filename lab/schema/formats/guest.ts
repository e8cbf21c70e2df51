import { listItems } from "./list-items.ts";
import { volumeId } from "./storage.ts";
import { TIME_ZONES } from "./time-zones.ts";
import { type Holds, only, refuse, type Validator, type Validators, valid } from "./validator.ts";

const row = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}${n}`);
const disks = [...row("ide", 4), ...row("scsi", 31), ...row("virtio", 16), ...row("sata", 6)];
const BOOT_DEVICES = new Set([...disks, ...row("net", 32), ...row("usb", 14), ...row("hostpci", 16)]);
const BOOT_DISKS = new Set([...disks, "efidisk0", "tpmstate0"]);

const isStartupOrder: Holds = (text) =>
  !["", "0"].includes(text) &&
  text
    .split(",")
    .filter((part) => part.trim() !== "")
    .every((part) => /^(?:(order=)?\d+|up=\d+|down=\d+)$/.test(part));

function hotplug(text: string): void {
  if (text === "0" || text === "1") return;
  const unknown = listItems(text).find((item) => !/^(network|disk|cpu|memory|usb|cloudinit)$/.test(item));
  if (unknown !== undefined) refuse(`invalid hotplug feature '${unknown}'`);
}

const isCpuSet: Holds = (text) => {
  const parts = text.replace(/,+$/, "");
  return parts === "" || parts.split(",").every(isCpuRange);
};

const isCpuRange: Holds = (text) => {
  const [, from, to = from] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(text) ?? [];
  return from !== undefined && Number(to) >= Number(from);
};

function physBits(text: string): void {
  const fits = text === "host" || (/^\d{1,2}$/.test(text) && Number(text) >= 8 && Number(text) <= 64);
  if (!fits) refuse("value must be an integer between 8 and 64 or 'host'");
}

const volumeOrPath: Validator = (text) => {
  if (!text.startsWith("/")) volumeId(text);
};

export const guestFormats: Validators = {
  "pve-vmid": valid("VM ID", /^[1-9][0-9]{2,8}$/),
  "pve-startup-order": only(isStartupOrder, "unable to parse startup options"),
  "pve-tag": only(/^(?:[a-z0-9_][a-z0-9_\-+.]*)$/i, "invalid characters in tag"),
  "disk-size": only(/^\d+(\.\d+)?([KMGT](?:iB)?)?$/, (text) => `value does not look like a valid disk size: ${text}`),
  "pve-hotplug-features": hotplug,
  "pve-cpuset": only(isCpuSet, "unable to parse cpuset option"),
  "pve-phys-bits": physBits,
  "pve-qm-bootdev": only(
    (text) => BOOT_DEVICES.has(text),
    (text) => `invalid boot device '${text}'`,
  ),
  "pve-qm-bootdisk": only(
    (text) => BOOT_DISKS.has(text),
    (text) => `invalid boot disk '${text}'`,
  ),
  "pve-volume-id-or-absolute-path": volumeOrPath,
  "pve-volume-id-or-qm-path": (text) => {
    if (text !== "none" && text !== "cdrom") volumeOrPath(text);
  },
  "pve-lxc-mp-string": only(
    (text) => !/\/\.\.?(\/|$)|^\.\.\//.test(text),
    (text) => `${text} contains illegal character sequences`,
  ),
  "pve-lxc-dev-string": only(
    (text) => text.startsWith("/dev/") && !/\/\.\.?(\/|$)/.test(text),
    (text) => `${text} is not a valid device path`,
  ),
  "pve-ct-timezone": only(
    (text) => text === "host" || text === "UTC" || TIME_ZONES.has(text),
    (text) => `invalid time zone '${text}'`,
  ),
};
