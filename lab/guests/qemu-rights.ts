import { badParameters, died, forbidden } from "../api/api-error.ts";
import { type Call, may, must, mustAny } from "../api/call.ts";
import { listItems } from "../schema/formats.ts";
import { PROPERTY_STRINGS } from "../schema/named-property-strings.ts";
import { parsePropertyString } from "../schema/property-string.ts";
import type { Properties } from "../schema/schema.ts";
import { checkBridge } from "./bridges.ts";
import { isCdrom, isCloudInit, isDrive, newDisk, parseDrive } from "./drives.ts";

const words = (text: string) => new Set(text.split(" "));

/** The privileges that a key of a virtual machine wants, by key. What is in none of them is for root alone. */
const NEEDED: readonly (readonly [privilege: string, keys: ReadonlySet<string>])[] = [
  ["VM.Config.CPU", words("cores cpu runningcpu cpulimit cpuunits numa smp sockets vcpus")],
  ["VM.Config.Memory", words("memory balloon shares allow-ksm")],
  ["VM.Config.HWType", words("acpi hotplug kvm machine runningmachine scsihw smbios1 tablet vga watchdog audio0 rng0")],
  [
    "VM.Config.Options",
    words(
      "agent autostart bios description keyboard localtime migrate_downtime migrate_speed name onboot ostype " +
        "protection reboot startdate startup tdf template",
    ),
  ],
  ["VM.PowerMgmt", words("freeze")],
  ["VM.Config.Disk", words("boot bootdisk vmstatestorage")],
];
const CLOUD_INIT = /^(?:cicustom|cipassword|citype|ciuser|ciupgrade|nameserver|searchdomain|sshkeys|ipconfig\d+)$/;
/** Looked at by their values. */
const BY_VALUE = /^(?:cdrom|tags|(?:unused|serial|usb|hostpci|virtiofs|rng)\d+)$/;

const isRoot = ({ holder }: Call) => holder === "root@pam";

/** Whether who asks may touch the keys at all, whatever is in them. */
export function checkKeys(call: Call, vmid: number, keys: readonly string[]): void {
  if (isRoot(call)) return;
  const at = `/vms/${vmid}`;
  for (const key of keys) {
    if (isDrive(key) || (BY_VALUE.test(key) && key !== "rng0")) continue;
    const privilege = /^numa\d+$/.test(key) ? "VM.Config.CPU" : NEEDED.find(([, known]) => known.has(key))?.[0];
    if (privilege !== undefined) must(call, at, privilege);
    else if (/^net\d+$/.test(key)) must(call, at, "VM.Config.Network");
    else if (CLOUD_INIT.test(key)) mustAny(call, at, "VM.Config.Cloudinit", "VM.Config.Network");
    else throw died(`only root can set '${key}' config`);
    if (key === "startup") must(call, "/", "Sys.Modify");
  }
}

/** Whether who asks may take out, put in or replace just this value. `verb` is what PVE calls it. */
export function checkValue(call: Call, vmid: number, key: string, value: string, verb = "set"): void {
  if (isDrive(key)) checkDrive(call, vmid, value);
  if (isRoot(call)) return;
  const at = `/vms/${vmid}`;
  if (/^net\d+$/.test(key)) checkBridge(call, value);
  if (/^unused\d+$/.test(key)) must(call, at, "VM.Config.Disk");
  if (/^serial\d+$/.test(key)) {
    if (value !== "socket") throw died(`only root can ${verb} '${key}' config for real devices`);
    must(call, at, "VM.Config.HWType");
  }
  if (/^usb\d+$/.test(key)) checkUsb(call, at, key, value);
  if (/^hostpci\d+$/.test(key)) checkHostPci(call, at, key, value);
  if (/^rng\d+$/.test(key)) {
    must(call, at, "VM.Config.HWType");
    if (/(?:^|[,=])\/dev\/hwrng(?:,|$)/.test(value)) must(call, "/mapping/hwrng", "Mapping.Use");
  }
  if (/^virtiofs\d+$/.test(key)) {
    must(call, at, "VM.Config.Disk");
    must(call, `/mapping/dir/${parsePropertyString(VIRTIOFS, value)["dirid"]}`, "Mapping.Use");
  }
}

const VIRTIOFS: Properties = {
  dirid: { default_key: 1 },
  cache: {},
  "direct-io": {},
  "expose-acl": {},
  "expose-xattr": {},
};

/** A drive by what is in it: what a CD may be, a disk may not. */
function checkDrive(call: Call, vmid: number, value: string): void {
  const at = `/vms/${vmid}`;
  const drive = parseDrive(value);
  if (isCloudInit(drive)) must(call, at, "VM.Config.Cloudinit", "VM.Config.CDROM");
  else must(call, at, isCdrom(drive) ? "VM.Config.CDROM" : "VM.Config.Disk");
  const { file } = drive;
  const fresh = isCdrom(drive) ? undefined : newDisk(drive);
  if (file === "cdrom") must(call, "/", "Sys.Console");
  else if (fresh) must(call, `/storage/${fresh.storage}`, "Datastore.AllocateSpace");
  else if (file.startsWith("/") && !isRoot(call)) throw died("Only root can pass arbitrary filesystem paths.");
  else if (file !== "none" && !isCloudInit(drive) && !file.includes(`vm-${vmid}-`))
    mustAny(call, `/storage/${file.split(":")[0]}`, "Datastore.Audit", "Datastore.AllocateSpace");
}

function checkUsb(call: Call, at: string, key: string, value: string): void {
  must(call, at, "VM.Config.HWType");
  const { host, mapping } = parsePropertyString({ host: { default_key: 1 }, mapping: {}, usb3: {} }, value);
  if (host !== undefined) {
    if (!/^spice$/i.test(host)) throw died(`only root can set '${key}' config for real devices`);
  } else if (mapping !== undefined) must(call, `/mapping/usb/${mapping}`, "Mapping.Use");
  else throw died("either 'host' or 'mapping' must be set.");
}

function checkHostPci(call: Call, at: string, key: string, value: string): void {
  const { host, mapping, romfile } = parsePropertyString(PROPERTY_STRINGS["pve-qm-hostpci"] ?? {}, value);
  if (host !== undefined) throw died(`only root can set '${key}' config for non-mapped devices`);
  if (mapping === undefined) throw died("either 'host' or 'mapping' must be set.");
  must(call, `/mapping/pci/${mapping}`, "Mapping.Use");
  must(call, at, "VM.Config.HWType");
  if (romfile !== undefined) throw badParameters({ [key]: "only root@pam can set 'romfile' option" });
}

/** Who may set which tags: one that is registered is for who may modify the cluster. */
export function checkTags(call: Call, vmid: number, before: string, after: string): void {
  if (isRoot(call)) return;
  must(call, `/vms/${vmid}`, "VM.Config.Options");
  if (may(call, "/", "Sys.Modify")) return;
  const [old, now] = [new Set(listItems(before)), new Set(listItems(after))];
  const registered = new Set(listItems(call.cluster.options.get("registered-tags") ?? ""));
  const touched = [...old, ...now].find((tag) => old.has(tag) !== now.has(tag) && registered.has(tag));
  if (touched !== undefined) throw forbidden(`/, Sys.Modify for modifying tag '${touched}'`);
}
