import type { Clock } from "./clock.ts";
import type { BadReboot } from "./faults.ts";
import { plainMachine } from "./host/machine/hardware.ts";
import type { Machine } from "./host/machine/machine.ts";
import type { Release } from "./schema/schema.ts";

/** What a node is made of. */
export interface NodeSpec {
  readonly name: string;
  readonly release: Release;
  /** Its address in the cluster's own network; nothing listens there. */
  readonly ip?: string | undefined;
  readonly cpu?: CpuSpec | undefined;
  /** Bytes. */
  readonly memory?: number | undefined;
  /** Bytes of its root file system. */
  readonly disk?: number | undefined;
  readonly timezone?: string | undefined;
  /** What its host is made of. */
  readonly machine?: Machine | undefined;
  /** Whether molly-guard is installed on its host. */
  readonly mollyGuard?: boolean | undefined;
}

export interface CpuSpec {
  readonly model: string;
  readonly sockets: number;
  readonly cores: number;
  readonly threads: number;
}

const GIB = 2 ** 30;
const CPU: CpuSpec = { model: "QEMU Virtual CPU version 2.5+", sockets: 1, cores: 8, threads: 8 };
const KERNELS: Readonly<Record<Release, string>> = { "8.4": "6.8.12-15-pve", "9.2": "7.0.2-6-pve" };

/** A node of a cluster: what it is, and whether it is there. */
export class ClusterNode implements NodeSpec {
  readonly name: string;
  readonly id: number;
  readonly ip: string;
  readonly cpu: CpuSpec;
  readonly memory: number;
  readonly disk: number;
  readonly machine: Machine;
  readonly mollyGuard: boolean;
  release: Release;
  /** The SHA-256 of the certificate that its API shows, once it has one. */
  fingerprint: string | undefined;
  /** The kernel that it runs. */
  kernel: string;
  timezone: string;
  /** What is locked in `/run`. */
  readonly locks = new Set<string>();
  readonly #clock: Clock;
  readonly #watchers: (() => unknown)[] = [];
  /** Why it is not there, or cannot be reached. */
  trouble: string | undefined;
  #start: ((fault: BadReboot | undefined) => Promise<boolean>) | undefined;
  #starting: Promise<void> | undefined;
  #bootedAt: number | undefined;

  constructor(
    {
      name,
      release,
      ip,
      cpu = CPU,
      memory = 64 * GIB,
      disk = 94 * GIB,
      timezone = "UTC",
      machine = plainMachine(),
      mollyGuard = false,
    }: NodeSpec,
    id: number,
    clock: Clock,
  ) {
    this.name = name;
    this.release = release;
    this.id = id;
    this.ip = ip ?? `192.0.2.${10 + id}`;
    this.cpu = cpu;
    this.memory = memory;
    this.disk = disk;
    this.machine = machine;
    this.mollyGuard = mollyGuard;
    this.kernel = KERNELS[release];
    this.timezone = timezone;
    this.#clock = clock;
    // It has been up for a while.
    this.#bootedAt = clock.now() - 86_400;
  }

  get online(): boolean {
    return this.#bootedAt !== undefined;
  }

  /** Seconds since it booted; 0 while it is away. */
  get uptime(): number {
    return this.#bootedAt === undefined ? 0 : this.#clock.now() - this.#bootedAt;
  }

  /** It is gone, for the cluster and for clients, until it comes back. */
  leave(): void {
    this.#bootedAt = undefined;
    this.locks.clear();
    for (const watcher of this.#watchers) watcher();
  }

  /** It is switched on, and there if it starts: at once, unless there is more to it. What goes wrong may be told. */
  comeBack(fault?: BadReboot): void {
    if (this.online || this.#starting) return;
    this.trouble = troubleOf(fault);
    if (fault?.hang !== undefined) return;
    if (!this.#start) {
      if (this.trouble === undefined) this.#arrive();
      return;
    }
    this.#starting = this.#start(fault)
      .then((isThere) => {
        if (isThere) this.#arrive();
      })
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        this.#starting = undefined;
      });
  }

  /** Is there when a node that was switched on has started, or has not. */
  async started(): Promise<void> {
    await this.#starting;
  }

  /** From now on there is more to its start than being switched on; `start` tells whether it went well. */
  startBy(start: (fault: BadReboot | undefined) => Promise<boolean>): void {
    this.#start = start;
  }

  #arrive(): void {
    this.#bootedAt ??= this.#clock.now();
    for (const watcher of this.#watchers) watcher();
  }

  /** Is told whenever it left or came back. */
  watch(watcher: () => unknown): void {
    this.#watchers.push(watcher);
  }
}

function troubleOf(fault: BadReboot | undefined): string | undefined {
  if (fault?.hang !== undefined) return `it hangs as it ${fault.hang === "down" ? "goes down" : "starts"}`;
  return fault?.network === false ? "its network does not come up" : undefined;
}
