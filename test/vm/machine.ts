import { constants, copyFileSync } from "node:fs";
import { join } from "node:path";
import { command, type Result } from "../../setup/engine/command.ts";
import { type Login, loginBy } from "../debian/login.ts";
import { good } from "../support/fixture.ts";
import { CLEAN, cleanState, newDisk, newFolder } from "./clean-state.ts";
import type { Hardware } from "./hardware.ts";
import { image } from "./image.ts";
import { Qemu } from "./qemu.ts";

/** A Debian host with cards, an IOMMU and a boot loader, emulated. Nothing of it is left when it is closed. */
export class VirtualMachine {
  readonly name = "vm";
  readonly login: Login;
  readonly #qemu: Qemu;
  /** The ids of the boots that were seen. */
  readonly #boots: string[] = [];

  private constructor(login: Login, qemu: Qemu) {
    this.login = login;
    this.#qemu = qemu;
  }

  /** One that is up, as it was after its first boot, with the time of now. */
  static async start(hardware: Hardware = {}): Promise<VirtualMachine> {
    const made = await image();
    // QEMU cannot save an IOMMU of AMD's: such a machine boots each time.
    const clean = hardware.iommu === "amd" ? undefined : await cleanState(made, hardware);
    const folder = clean ? newFolder() : await newDisk(made);
    if (clean) copyFileSync(clean, join(folder, "disk.qcow2"), constants.COPYFILE_FICLONE);
    const login = await loginBy(folder, "vm", made);
    const machine = new VirtualMachine(login, await Qemu.start(folder, hardware, login));
    try {
      await machine.#begin(clean !== undefined);
      return machine;
    } catch (thrown) {
      await machine.close();
      throw thrown;
    }
  }

  async #begin(isSaved: boolean): Promise<void> {
    if (isSaved) await this.#qemu.monitor.human(`loadvm ${CLEAN}`);
    await this.#qemu.monitor.order("cont");
    if (!isSaved) await this.#qemu.up();
    // Its clock stood still since it was saved; that of its board counts at the next boot.
    const now = Math.round(Date.now() / 1000);
    await good(this.run(`date --set=@${now} && hwclock --systohc`));
    this.#boots.push(await this.bootId());
  }

  /** Runs a shell command there, as root over SSH. */
  run(script: string): Promise<Result> {
    return command("ssh", ["-F", this.login.sshConfig, this.name, script]);
  }

  async bootId(): Promise<string> {
    return (await good(this.run("cat /proc/sys/kernel/random/boot_id"))).trim();
  }

  /** Reboots it by hand and waits until it is back. */
  async reboot(): Promise<void> {
    await this.run("systemctl reboot");
    await this.nextBoot();
  }

  /** Waits until it is up by a boot that was not waited for yet, whoever made it reboot. */
  async nextBoot(): Promise<void> {
    this.#boots.push(await this.#qemu.up(this.#boots));
  }

  /** What its serial console showed so far. */
  get console(): string {
    return this.#qemu.console;
  }

  /** A picture of its screen: the bytes of the pixels, three each. */
  screen(): Promise<Buffer> {
    return this.#qemu.screen();
  }

  /** Ends it. */
  close(): Promise<void> {
    return this.#qemu.end();
  }
}
