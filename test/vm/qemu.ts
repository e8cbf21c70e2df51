import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Login } from "../debian/login.ts";
import { Supervised } from "../debian/supervised.ts";
import { disguise } from "./disguise.ts";
import { disguises, type Hardware, machineArguments } from "./hardware.ts";
import { ENDED, Monitor } from "./monitor.ts";

const SCRIPT = join(import.meta.dirname, "machine.sh");
const CONSOLE = "console.log";
const SCREEN = "screen.ppm";
/** About as long as `P6 1280 800 255` is. */
const PPM_HEADER = 16;

/** A QEMU with the disk `disk.qcow2` of a folder, which goes with it. */
export class Qemu {
  readonly monitor: Monitor;
  readonly #folder: string;
  readonly #process: Supervised;

  private constructor(folder: string, process: Supervised) {
    this.#folder = folder;
    this.#process = process;
    this.monitor = new Monitor(process);
  }

  /** Starts one that stands still before its first instruction. */
  static async start(folder: string, hardware: Hardware, { address, port }: Login): Promise<Qemu> {
    const args = [
      ...[...machineArguments(hardware), "-S", "-qmp", "stdio"],
      ...["-serial", `file:${CONSOLE}`, "-serial", "file:/dev/stdout"],
      ...["-drive", "if=none,id=disk,file=disk.qcow2,format=qcow2,cache=unsafe,discard=unmap"],
      ...["-device", "virtio-blk-pci,drive=disk,bootindex=1"],
      // The guest has no way out.
      ...["-netdev", `user,id=net,restrict=on,hostfwd=tcp:${address}:${port}-:22`],
      ...["-device", "virtio-net-pci,netdev=net,romfile="],
    ];
    const supervised = new Supervised("sh", [SCRIPT, folder, ...args], process.env);
    const qemu = new Qemu(folder, supervised);
    try {
      await qemu.monitor.open();
      disguise(Number(readFileSync(join(folder, "pid"), "utf8")), disguises(hardware));
      return qemu;
    } catch (thrown) {
      await qemu.end();
      throw thrown;
    }
  }

  /** Waits until a boot other than these can be reached, and tells its id. */
  async up(but: readonly string[] = []): Promise<string> {
    const other = new RegExp(`^up (?!${["none", ...but].join("|")})(\\S+)`);
    await this.#process.until(other, ENDED);
    return this.#process.lines.map((line) => other.exec(line)?.[1]).find((id) => id !== undefined) ?? "";
  }

  /** What its serial console showed so far. */
  get console(): string {
    return readFileSync(join(this.#folder, CONSOLE), "utf8");
  }

  /** The pixels of its screen, three bytes each. */
  async screen(): Promise<Buffer> {
    await this.monitor.order("screendump", { filename: SCREEN });
    return readFileSync(join(this.#folder, SCREEN)).subarray(PPM_HEADER);
  }

  /** Has it write all to its disk and stop. */
  async quit(): Promise<void> {
    await this.monitor.order("quit");
    await this.#process.until(ENDED);
  }

  /** Ends it, and removes the folder. */
  end(): Promise<void> {
    return this.#process.end();
  }
}
