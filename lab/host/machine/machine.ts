import type { Device } from "./device.ts";

/** What starts a host's kernel: GRUB from its root, or systemd-boot or GRUB from the ESPs that proxmox-boot-tool fills. */
type BootKind = "grub" | "systemd-boot" | "grub-esp";

/** What a host is made of. Nothing of it changes while it runs. */
export interface Machine {
  readonly cpu: "AMD" | "Intel";
  readonly firmware: "bios" | "uefi";
  readonly secureBoot: boolean;
  readonly boot: BootKind;
  readonly root: "ext4" | "zfs";
  /** Whether the firmware has it switched on. */
  readonly iommu: boolean;
  readonly interruptRemapping: boolean;
  /** By address. */
  readonly devices: readonly Device[];
  /** The address of what the firmware shows its picture on. */
  readonly bootVga: string | undefined;
}
