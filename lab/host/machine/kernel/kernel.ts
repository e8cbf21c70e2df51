import type { Errno } from "../../controls.ts";
import { type Device, groupsOf, isBridge, isDisplay } from "../device.ts";
import type { Machine } from "../machine.ts";
import { driverOf, moduleName, modules, neededBy } from "../modules.ts";
import { type Iommu, iommuOf } from "./iommu.ts";
import type { ModprobeConfig } from "./modprobe-config.ts";
import { isSaid, lastOf, listed, type Parameter, parametersOf } from "./parameters.ts";
import { type Change, PciBus } from "./pci-bus.ts";
import { pciId, toldId } from "./pci-ids.ts";

/** What modprobe is asked for. */
export interface Ask {
  readonly config: ModprobeConfig;
  /** The modules that can be had now; all of the kernel's where it is not said. */
  readonly available?: ReadonlySet<string>;
  /** Options beyond those of modprobe.d. */
  readonly options?: readonly string[];
}

/** What became of a module that was asked for. */
export type Loaded = "loaded" | "not found" | "refused" | "not installed";

/** What shows a picture: its driver, and where. */
interface Shown {
  readonly by: string;
  readonly address: string;
}

/** A running kernel, as far as PCI, modules and the console go. */
export class Kernel {
  readonly machine: Machine;
  readonly version: string;
  readonly cmdline: string;
  readonly parameters: readonly Parameter[];
  readonly iommu: Iommu;
  /** The IOMMU group of each device; none while there is no IOMMU. */
  readonly groups: ReadonlyMap<string, number>;
  readonly bus: PciBus;
  /** What it said, each line with the seconds since it began. */
  readonly log: (readonly [seconds: number, text: string])[] = [];
  /** The modules that were loaded, with their options, in their order. */
  readonly modules = new Map<string, readonly string[]>();
  /** Is told of whatever changes on the bus. */
  onChange: (change: Change) => void = () => {};
  /** Whether what the firmware drew is still a console. */
  #firmwareFrame: boolean;
  /** Whether the text console is on the frame, as it is on a new one. */
  #isDrawn = true;
  readonly #forbidden: ReadonlySet<string>;
  #seconds = 0;

  constructor(machine: Machine, version: string, cmdline: string) {
    this.machine = machine;
    this.version = version;
    this.cmdline = cmdline;
    this.parameters = parametersOf(cmdline);
    this.iommu = iommuOf(machine, version, this.parameters);
    this.groups = this.iommu.on ? groupsOf(machine.devices, this.iommu.override) : new Map();
    // Another one takes the place of the first, unlike with modprobe.blacklist.
    this.#forbidden = new Set((lastOf(this.parameters, "module_blacklist") ?? "").split(",").map(moduleName));
    const without =
      listed(this.parameters, "video").join() === "efifb:off" ||
      listed(this.parameters, "initcall_blacklist").includes("sysfb_init");
    this.#firmwareFrame = machine.bootVga !== undefined && !without;
    this.bus = new PciBus(
      machine.devices,
      (driver, device) => this.#probe(driver, device),
      (change) => this.#changed(change),
    );
    for (const [name, { builtIn }] of Object.entries(modules)) if (builtIn) this.bus.register(driverOf(name));
  }

  /** What there is to draw on: a driver's picture or the firmware's; none in text mode, or where both are gone. */
  get frame(): Shown | undefined {
    const driven = this.bus.devices.find((device) => isDisplay(device) && this.isNative(device));
    if (driven) return { by: this.bus.driverOf(driven.address) ?? "", address: driven.address };
    const { bootVga, firmware } = this.machine;
    return this.#firmwareFrame && bootVga !== undefined && firmware === "uefi"
      ? { by: "efifb", address: bootVga }
      : undefined;
  }

  /** What shows the text console; nothing where it was taken off the frame, or there is none. */
  get console(): Shown | undefined {
    if (this.frame) return this.#isDrawn ? this.frame : undefined;
    const { bootVga, firmware } = this.machine;
    return this.#firmwareFrame && bootVga !== undefined && firmware === "bios"
      ? { by: "vgacon", address: bootVga }
      : undefined;
  }

  /** Has the text console drawn on the frame, or on nothing, as who writes to its `bind` wants it. */
  draw(isWanted: boolean): void {
    if (!this.frame || isWanted === this.#isDrawn) return;
    this.#isDrawn = isWanted;
    this.say(`Console: switching to colour ${isWanted ? "frame buffer device 240x67" : "dummy device 80x25"}`);
  }

  say(text: string): void {
    this.#seconds += 0.0137;
    this.log.push([this.#seconds, text]);
  }

  /** Loads a module, what it needs, and what softdep wants before and after it. */
  load(written: string, ask: Ask): Loaded {
    const name = moduleName(written);
    const { config, available } = ask;
    const module = modules[name];
    if (!module || (available && !available.has(name) && !module.builtIn)) return "not found";
    if (this.modules.has(name) || module.builtIn) return "loaded";
    if (config.install.has(name)) return "not installed";
    const { pre = [], post = [] } = config.softdeps.get(name) ?? {};
    // Its own soft dependencies would lead back to it.
    const rest = {
      ...ask,
      options: [],
      config: { ...config, softdeps: new Map([...config.softdeps].filter(([of]) => of !== name)) },
    };
    for (const before of pre) this.load(before, rest);
    for (const needed of neededBy(name)) if (this.load(needed, rest) !== "loaded") return "refused";
    if (this.#forbidden.has(name)) {
      this.say(`Module ${name} is blacklisted`);
      return "refused";
    }
    this.#insert(name, [...(config.options.get(name) ?? []), ...(ask.options ?? [])]);
    for (const after of post) this.load(after, rest);
    return "loaded";
  }

  /** As udev does for each device: loads what its modalias leads to, but for what is blacklisted. */
  coldplug(ask: Ask): void {
    for (const device of this.bus.devices)
      for (const name of device.modules ?? []) if (!ask.config.blacklist.has(name)) this.load(name, ask);
  }

  /** Takes a module out; false where something needs it. */
  unload(name: string): boolean {
    if ([...this.modules.keys()].some((other) => neededBy(other).includes(name))) return false;
    this.modules.delete(name);
    this.bus.unregister(driverOf(name));
    return true;
  }

  #insert(name: string, options: readonly string[]): void {
    this.modules.set(name, options);
    const ids = name === "vfio_pci" ? idsOf(options) : [];
    if (name === "vfio") this.say("VFIO - User Level meta-driver version: 0.3");
    for (const id of ids) this.say(`vfio_pci: ${toldId(id)}`);
    this.bus.register(driverOf(name), ids);
  }

  #probe(driver: string, device: Device): Errno | undefined {
    if (driver === "vfio-pci") {
      const refusal = isBridge(device) || !this.groups.has(device.address) ? "EINVAL" : undefined;
      if (refusal) this.say(`vfio-pci ${device.address}: probe with driver vfio-pci failed with error -22`);
      return refusal;
    }
    return isDisplay(device) && this.#isModeless(driver) ? "EINVAL" : undefined;
  }

  /** Whether a graphics driver was told to leave the mode alone, and so drives nothing. */
  #isModeless(driver: string): boolean {
    const options = this.modules.get(moduleName(driver)) ?? [];
    return (
      isSaid(this.parameters, "nomodeset") || options.findLast((word) => word.startsWith("modeset=")) === "modeset=0"
    );
  }

  /** Whether a device has the driver that is made for it. */
  isNative(device: Device): boolean {
    const driver = this.bus.driverOf(device.address);
    return driver !== undefined && (device.modules ?? []).some((name) => driverOf(name) === driver);
  }

  #changed(change: Change): void {
    const { device, what } = change;
    if (what === "bound") this.#bound(device, change.driver);
    if (what === "removed" && device.address === this.machine.bootVga) this.#firmwareFrame = false;
    if (!this.frame) this.#isDrawn = true;
    this.onChange(change);
  }

  #bound(device: Device, driver: string): void {
    const takesFrame = driver === "vfio-pci" || (isDisplay(device) && this.isNative(device));
    if (!takesFrame || device.address !== this.machine.bootVga || !this.#firmwareFrame) return;
    this.#firmwareFrame = false;
    this.say("Console: switching to colour dummy device 80x25");
    if (driver === "vfio-pci") this.say(`vfio-pci ${device.address}: vgaarb: deactivate vga console`);
    else this.say(`fbcon: ${driver}drmfb (fb0) is primary device`);
  }
}

/** The ids in vfio-pci's own option: the last one that is given counts. */
const idsOf = (options: readonly string[]) =>
  (options.findLast((option) => option.startsWith("ids="))?.slice(4) ?? "")
    .split(",")
    .map((text) => pciId(text.split(":").filter(Boolean)))
    .filter((id) => id !== undefined);

/** Whether a kernel's last word on a parameter is a number of seconds after which it starts over. */
export function startsOver(parameters: readonly Parameter[]): number | undefined {
  const seconds = Number(lastOf(parameters, "panic"));
  return Number.isInteger(seconds) && seconds > 0 ? seconds : undefined;
}
