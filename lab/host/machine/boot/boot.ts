import type { Files } from "../files.ts";
import { bootMessages, iommuMessages } from "../kernel/boot-messages.ts";
import { type Ask, Kernel, startsOver } from "../kernel/kernel.ts";
import { type ModprobeConfig, modprobeConfig, modprobeFiles } from "../kernel/modprobe-config.ts";
import { lastOf, type Parameter } from "../kernel/parameters.ts";
import type { Machine } from "../machine.ts";
import { driverOf } from "../modules.ts";
import { type Image, imageOf, linesOf } from "./initramfs.ts";
import { nextStart } from "./loader.ts";
import { networkTrouble } from "./network-trouble.ts";
import { overridesIn } from "./overrides.ts";
import { type Target, targetOf } from "./target.ts";

/** What comes of starting a machine. */
export type Outcome =
  | {
      readonly boots: true;
      readonly kernel: Kernel;
      /** Whether it can be reached. */
      readonly network: boolean;
      /** Why not. */
      readonly why?: string | undefined;
      readonly target: Target;
    }
  | {
      readonly boots: false;
      readonly why: string;
      /** Seconds after which it starts over by itself. */
      readonly again?: number | undefined;
    };

/** What a start does otherwise than its boot loader says. */
interface Told {
  readonly kernel?: string | undefined;
  readonly cmdline?: string | undefined;
  readonly network?: false | undefined;
}

/** Starts a machine by what its boot loader, its initramfs and its files say as they are now. */
export function startMachine(machine: Machine, files: Files, told: Told = {}): Outcome {
  const start = nextStart(machine, files);
  if ("stuck" in start) return { boots: false, why: start.stuck };
  const kernel = new Kernel(machine, told.kernel ?? start.kernel, told.cmdline ?? start.cmdline);
  for (const line of [...bootMessages(kernel), ...iommuMessages(kernel)]) kernel.say(line);
  const failed = (why: string): Outcome => ({ boots: false, why, again: startsOver(kernel.parameters) });
  const image = imageOf(start.initramfs);
  if (!image || image.kernel !== start.kernel)
    return failed("Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)");
  early(kernel, image);
  const stuck = rootTrouble(machine, kernel) ?? initTrouble(kernel.parameters, files);
  if (stuck !== undefined) return failed(stuck);
  late(kernel, files);
  const why = told.network === false ? "its network does not come up" : networkTrouble(kernel, files);
  return { boots: true, kernel, network: why === undefined, why, target: targetOf(kernel.parameters) };
}

/** In the initramfs: its own copy of modprobe.d counts, and only what is in it can be loaded. */
function early(kernel: Kernel, image: Image): void {
  const ask = { config: modprobeConfig(image.modprobe, kernel.parameters), available: new Set(image.has) };
  for (const [path, text] of Object.entries(image.scripts)) override(kernel, ask, path, text);
  // udev has been over all devices before the modules of the list come to be loaded.
  kernel.coldplug(ask);
  load(kernel, ask, image.loads);
}

/** On the root file system. What systemd loads by name and what udev finds runs side by side: here udev is first. */
function late(kernel: Kernel, files: Files): void {
  const ask = { config: modprobeConfig(modprobeFiles(files), kernel.parameters) };
  for (const name of files.list("/etc/udev/rules.d"))
    override(kernel, ask, name, files.read(`/etc/udev/rules.d/${name}`) ?? "");
  kernel.coldplug(ask);
  const lists = files.list("/etc/modules-load.d").filter((name) => name.endsWith(".conf"));
  for (const name of lists) load(kernel, ask, linesOf(files.read(`/etc/modules-load.d/${name}`) ?? ""));
  for (const name of ["zfs", "kvm", kernel.machine.cpu === "AMD" ? "kvm_amd" : "kvm_intel"]) kernel.load(name, ask);
}

function override(kernel: Kernel, ask: Ask, path: string, text: string): void {
  const found = overridesIn(path, text);
  for (const [address, driver] of found.overrides) kernel.bus.override(address, driver);
  for (const name of found.loads) kernel.load(name, ask);
}

function load(kernel: Kernel, ask: { config: ModprobeConfig }, lines: readonly string[]): void {
  for (const line of lines) {
    const [name = "", ...options] = line.split(/\s+/);
    if (kernel.load(name, { ...ask, options }) === "not found")
      kernel.say(`systemd-modules-load: Failed to find module '${name}'`);
  }
}

const ROOTS = {
  ext4: ["/dev/mapper/pve-root", "/dev/pve/root"],
  zfs: ["ZFS=rpool/ROOT/pve-1"],
} as const;

/** Why there is no root file system. */
function rootTrouble(machine: Machine, kernel: Kernel): string | undefined {
  const root = lastOf(kernel.parameters, "root") ?? "";
  if (kernel.parameters.some(({ name }) => name === "break"))
    return "it waits in the initramfs, as `break` has told it";
  if (
    !ROOTS[machine.root].some((known) => known === root) ||
    (machine.root === "zfs" && lastOf(kernel.parameters, "boot") !== "zfs")
  )
    return `ALERT!  ${root || "the root file system"} does not exist.  Dropping to a shell!`;
  const disk = machine.devices.find(({ serves }) => serves === "disk");
  const driver = disk && kernel.bus.driverOf(disk.address);
  if (disk && !(disk.modules ?? []).some((name) => driverOf(name) === driver))
    return `Gave up waiting for root file system device: ${disk.address} is driven by ${driver ?? "nothing"}`;
  if (machine.root === "zfs" && kernel.load("zfs", { config: modprobeConfig({}, kernel.parameters) }) !== "loaded")
    return "Failed to load ZFS modules.  Manually load the modules and exit.";
  return undefined;
}

const INITS = ["/sbin/init", "/usr/sbin/init", "/lib/systemd/systemd", "/usr/lib/systemd/systemd", "/bin/systemd"];
const PROGRAMS = /^\/(?:usr\/)?s?bin\//;

/** Why systemd is not what runs. An init that is not there is passed over by the initramfs. */
function initTrouble(parameters: readonly Parameter[], files: Files): string | undefined {
  const init = lastOf(parameters, "init");
  if (init === undefined || INITS.includes(init)) return undefined;
  const isThere =
    files.read(init) !== undefined || (PROGRAMS.test(init) && /\/(?:ba|da|)sh$|\/(?:false|true)$/.test(init));
  if (!isThere) return undefined;
  return /sh$/.test(init)
    ? `it runs ${init} on its console and nothing else`
    : "Kernel panic - not syncing: Attempted to kill init!";
}
