import type { Errno } from "../../controls.ts";
import type { Device } from "../device.ts";
import { driverOf, modules } from "../modules.ts";
import { idFits, type PciId } from "./pci-ids.ts";

/** What a driver makes of a device that it fits. */
type Probe = (driver: string, device: Device) => Errno | undefined;

export type Change =
  | { readonly what: "bound" | "unbound"; readonly device: Device; readonly driver: string }
  | { readonly what: "removed" | "found"; readonly device: Device };

/** The PCI bus of a running kernel: its drivers, and which device has which. Refusals are as the kernel's. */
export class PciBus {
  readonly #all: readonly Device[];
  readonly #probe: Probe;
  readonly #tell: (change: Change) => void;
  readonly #gone = new Set<string>();
  readonly #bound = new Map<string, string>();
  readonly #overrides = new Map<string, string>();
  /** The drivers there are, each with the ids that it was given while it ran. */
  readonly #drivers = new Map<string, readonly PciId[]>();

  constructor(all: readonly Device[], probe: Probe, tell: (change: Change) => void) {
    this.#all = all;
    this.#probe = probe;
    this.#tell = tell;
  }

  get devices(): readonly Device[] {
    return this.#all.filter(({ address }) => !this.#gone.has(address));
  }

  get drivers(): readonly string[] {
    return [...this.#drivers.keys()].toSorted();
  }

  device(address: string): Device | undefined {
    return this.devices.find((device) => device.address === address);
  }

  driverOf(address: string): string | undefined {
    return this.#bound.get(address);
  }

  overrideOf(address: string): string | undefined {
    return this.#overrides.get(address);
  }

  /** A driver is there, and takes what it fits and nobody has. */
  register(driver: string, ids: readonly PciId[] = []): void {
    if (this.#drivers.has(driver)) return;
    this.#drivers.set(driver, ids);
    this.#attach(driver);
  }

  unregister(driver: string): void {
    for (const { address } of this.devices) if (this.driverOf(address) === driver) this.unbind(driver, address);
    this.#drivers.delete(driver);
  }

  bind(driver: string, address: string): Errno | undefined {
    const device = this.device(address);
    if (!device || !this.#fits(driver, device)) return "ENODEV";
    return this.#bound.has(address) ? "EBUSY" : this.#take(driver, device);
  }

  unbind(driver: string, address: string): Errno | undefined {
    const device = this.device(address);
    if (!device || this.#bound.get(address) !== driver) return "ENODEV";
    this.#bound.delete(address);
    this.#tell({ what: "unbound", device, driver });
    return undefined;
  }

  newId(driver: string, id: PciId): Errno | undefined {
    const known = this.#drivers.get(driver) ?? [];
    if (known.some((one) => one.vendor === id.vendor && one.device === id.device && one.class === id.class))
      return "EEXIST";
    this.#drivers.set(driver, [...known, id]);
    this.#attach(driver);
    return undefined;
  }

  removeId(driver: string, id: PciId): Errno | undefined {
    const known = this.#drivers.get(driver) ?? [];
    const left = known.filter((one) => one.vendor !== id.vendor || one.device !== id.device);
    if (left.length === known.length) return "ENODEV";
    this.#drivers.set(driver, left);
    return undefined;
  }

  override(address: string, driver: string): void {
    if (driver === "") this.#overrides.delete(address);
    else this.#overrides.set(address, driver);
  }

  /** Has the drivers look at a device that none has. */
  probe(address: string): Errno | undefined {
    const device = this.device(address);
    if (!device) return "ENODEV";
    for (const driver of this.#drivers.keys())
      if (!this.#bound.has(address) && this.#fits(driver, device)) this.#take(driver, device);
    return undefined;
  }

  /** Takes a device out, and all that is behind it. */
  remove(address: string): void {
    const device = this.device(address);
    if (!device) return;
    for (const { address: behind, parent } of this.devices) if (parent === address) this.remove(behind);
    const driver = this.#bound.get(address);
    if (driver !== undefined) this.unbind(driver, address);
    this.#gone.add(address);
    this.#overrides.delete(address);
    this.#tell({ what: "removed", device });
  }

  /** Finds again what was taken out. */
  rescan(): void {
    const found = this.#all.filter(({ address }) => this.#gone.delete(address));
    for (const device of found) this.#tell({ what: "found", device });
    for (const { address } of found) this.probe(address);
  }

  #attach(driver: string): void {
    for (const device of this.devices)
      if (!this.#bound.has(device.address) && this.#fits(driver, device)) this.#take(driver, device);
  }

  #fits(driver: string, device: Device): boolean {
    const override = this.#overrides.get(device.address);
    if (override !== undefined) return override === driver;
    const own = (device.modules ?? []).some((name) => driverOf(name) === driver && modules[name]?.claims !== false);
    return own || (this.#drivers.get(driver) ?? []).some((id) => idFits(id, device));
  }

  #take(driver: string, device: Device): Errno | undefined {
    const refusal = this.#probe(driver, device);
    if (refusal) return refusal;
    this.#bound.set(device.address, driver);
    this.#tell({ what: "bound", device, driver });
    return undefined;
  }
}
