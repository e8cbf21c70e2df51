import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BadReboot } from "../../faults.ts";
import type { Host } from "../host.ts";
import { besideTree } from "../processes.ts";
import { type Outcome, startMachine } from "./boot/boot.ts";
import { bootFiles } from "./boot/fresh.ts";
import { type Files, treeFiles } from "./files.ts";
import type { Kernel } from "./kernel/kernel.ts";
import type { Change } from "./kernel/pci-bus.ts";
import { moduleFolder } from "./module-folder.ts";
import { procFiles, procModules } from "./proc-files.ts";
import { SysFolder } from "./sysfs/folder.ts";
import { showDrivers } from "./sysfs/pci.ts";
import { showAll, showChange, showModules } from "./sysfs/show.ts";

/** What a start is told to do otherwise than the host's files say. */
type StartTold = Pick<BadReboot, "kernel" | "network" | "cmdline">;

/** The machine of one host: what is laid into its tree, and the kernel that runs on it. */
export class HostMachine {
  readonly host: Host;
  readonly files: Files;
  readonly #sys: SysFolder;
  #kernel: Kernel | undefined;
  /** The command line of the kernel that came up last. */
  #cmdline: string | undefined;
  #startedAt = 0;

  constructor(host: Host) {
    this.host = host;
    this.files = treeFiles(host.tree);
    this.#sys = new SysFolder(host.tree);
  }

  /** The kernel that runs; none while it is down. */
  get kernel(): Kernel | undefined {
    return this.#kernel;
  }

  /** When that kernel began, in seconds since 1970. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /** Lays what the installer leaves, over what every host has. */
  install(): void {
    const { machine, kernel } = this.host.node;
    for (const [path, text] of Object.entries(bootFiles(machine, kernel, this.files)))
      put(join(this.host.tree, path), text);
    // initramfs-tools runs it whenever an image was made.
    const hook = join(this.host.tree, "/etc/initramfs/post-update.d/proxmox-boot-sync");
    put(hook, "#!/bin/sh\nexec proxmox-boot-tool refresh --hook zz-proxmox-boot\n");
    chmodSync(hook, 0o755);
    for (const [path, text] of Object.entries(moduleFolder(kernel)))
      put(join(besideTree(this.host, "usr"), path), text);
  }

  /** Starts it by what stands there now, unless it is told otherwise, and lays what its kernel shows in `/sys` and `/proc`. */
  start(told: StartTold = {}): Outcome {
    const cmdline = told.cmdline === "before" ? this.#cmdline : undefined;
    this.#kernel = undefined;
    const { node, cluster } = this.host;
    const outcome = startMachine(node.machine, this.files, { ...told, cmdline });
    if (!outcome.boots) return outcome;
    this.#kernel = outcome.kernel;
    this.#cmdline = outcome.kernel.cmdline;
    this.#startedAt = cluster.clock.exactly() - node.uptime;
    node.kernel = outcome.kernel.version;
    showAll(this.#sys, outcome.kernel);
    outcome.kernel.onChange = (change) => this.#follow(outcome.kernel, change);
    const proc = besideTree(this.host, "proc");
    rmSync(proc, { recursive: true, force: true });
    for (const [path, text] of Object.entries(procFiles(node, outcome.kernel, cluster.chance.uuid())))
      put(join(proc, path), text);
    this.#showVfio(outcome.kernel);
    return outcome;
  }

  /** Loads or unloads modules, and shows what has become of that. */
  change<T>(act: (kernel: Kernel) => T): T {
    const kernel = this.#kernel;
    if (!kernel) throw new Error(`${this.host.node.name} is down`);
    const [before, drivers] = [[...kernel.modules.keys()], kernel.bus.drivers];
    const answer = act(kernel);
    showDrivers(this.#sys, kernel, drivers);
    showModules(this.#sys, kernel, before);
    put(join(besideTree(this.host, "proc"), "modules"), procModules(kernel));
    this.#showVfio(kernel);
    return answer;
  }

  #follow(kernel: Kernel, change: Change): void {
    showChange(this.#sys, kernel, change);
    this.#showVfio(kernel);
  }

  /** A group can be given to a guest when vfio-pci has a device of it. */
  #showVfio(kernel: Kernel): void {
    const folder = join(this.host.tree, "/dev/vfio");
    const taken = kernel.bus.devices.filter(({ address }) => kernel.bus.driverOf(address) === "vfio-pci");
    const groups = taken.map(({ address }) => String(kernel.groups.get(address)));
    const names = new Set(kernel.modules.has("vfio") ? ["vfio", ...groups] : []);
    if (names.size === 0) rmSync(folder, { recursive: true, force: true });
    // One that stays is the same file: a guest may have it open.
    for (const name of this.files.list("/dev/vfio")) if (!names.has(name)) rmSync(join(folder, name));
    for (const name of names) if (!existsSync(join(folder, name))) put(join(folder, name), "");
  }
}

function put(place: string, text: string): void {
  if (!existsSync(dirname(place))) mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, text);
}

const machines = new WeakMap<Host, HostMachine>();

/** The machine of a host. */
export function hostMachine(host: Host): HostMachine {
  const known = machines.get(host) ?? new HostMachine(host);
  machines.set(host, known);
  return known;
}
