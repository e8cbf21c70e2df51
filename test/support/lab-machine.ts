import { type Outcome, startMachine } from "../../lab/host/machine/boot/boot.ts";
import { bootFiles } from "../../lab/host/machine/boot/fresh.ts";
import { type Image, imageText, newImage } from "../../lab/host/machine/boot/initramfs.ts";
import { madeUpFiles } from "../../lab/host/machine/files.ts";
import { Hardware, machineOf } from "../../lab/host/machine/hardware.ts";
import type { Machine } from "../../lab/host/machine/machine.ts";

export const KERNEL = "6.8.12-15-pve";

/** A machine whose files are made up, and changed by hand. */
export class PaperHost {
  readonly machine: Machine;
  readonly files: Record<string, string>;

  constructor(hardware: unknown, kernel = KERNEL) {
    this.machine = machineOf(Hardware.parse(hardware));
    const base = {
      "/etc/modules-load.d/modules.conf": "",
      "/etc/modprobe.d/pve-blacklist.conf": "blacklist nvidiafb\n",
      "/etc/initramfs-tools/modules": "",
      "/etc/network/interfaces": "auto vmbr0\niface vmbr0 inet static\n\tbridge-ports eno1\n",
    };
    this.files = { ...base, ...bootFiles(this.machine, kernel, madeUpFiles(base)) };
  }

  /** As update-initramfs does, where no ESP has a copy. */
  rebuild(kernel = KERNEL): Image {
    const image = newImage(madeUpFiles(this.files), this.machine, kernel);
    for (const path of Object.keys(this.files))
      if (path.endsWith(`/initrd.img-${kernel}`)) this.files[path] = imageText(image);
    return image;
  }

  /** Adds words to what the boot loader has, as if it had been made anew. */
  addParameters(words: string): void {
    for (const [path, text] of Object.entries(this.files)) {
      if (path.endsWith("/grub.cfg")) this.files[path] = text.replaceAll(/^(\tlinux\t.*)$/gm, `$1 ${words}`);
      if (path.includes("/loader/entries/")) this.files[path] = text.replaceAll(/^(options .*)$/gm, `$1 ${words}`);
    }
  }

  start(): Outcome {
    return startMachine(this.machine, madeUpFiles(this.files));
  }
}

/** The kernel of a machine that has to come up. */
export function kernelOf(outcome: Outcome) {
  if (!outcome.boots) throw new Error(`it does not boot: ${outcome.why}`);
  return outcome.kernel;
}

/** Who drives each of those addresses. */
export const driversOf = (outcome: Outcome, addresses: readonly string[]): readonly (string | undefined)[] =>
  addresses.map((address) => kernelOf(outcome).bus.driverOf(address));
