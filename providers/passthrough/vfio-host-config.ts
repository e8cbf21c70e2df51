import { type CustomResourceOptions, dynamic, type Input, type Output } from "@pulumi/pulumi";
import { declared } from "#providers/core/declared.ts";
import { deferred } from "#providers/core/deferred.ts";

const provider = deferred(() => import("pulumi-pve-ops/provider/VfioHostConfig"));

/** A card by where it is, by vendor and device ids, or by a part of the name that lspci has for it. */
export type VfioGpu = (
  | { readonly address: Input<string> }
  | { readonly ids: Input<Input<string>[]> }
  | { readonly match: Input<string> }
) & {
  /** Which functions of its slot, by number; default all. */
  readonly functions?: Input<"all" | Input<number>[]>;
};

/** A function of a card that is handed on, as it was last seen. */
export interface VfioDevice {
  readonly address: string;
  /** `vendor:device`. */
  readonly id: string;
  readonly name?: string;
  readonly driver?: string;
  /** The number of its IOMMU group; none while the IOMMU is off. */
  readonly group?: number;
  /** The addresses of all devices in that group. */
  readonly members: readonly string[];
  /** Whether the firmware drew its picture on it. */
  readonly bootVga: boolean;
}

export interface VfioHostConfigArgs {
  /** As `pve:nodes` calls it, or how ssh reaches it. Changing it moves the resource: the old host is put back first. */
  readonly host: Input<string>;
  /** The cards to hand on; every function of a card's slot goes with it, unless it says otherwise. */
  readonly gpus?: Input<Input<VfioGpu>[]>;
  /** Default passthrough; rescue gives the host its console back, off leaves nothing of this. */
  readonly mode?: Input<"passthrough" | "rescue" | "off">;
  /** Default true; false binds now, writes no file, and does not survive a reboot. */
  readonly persist?: Input<boolean>;
  /** What vfio-pci goes by, default ids; address where an equal card stays with the host. */
  readonly bind?: Input<"ids" | "address">;
  /** The modules to keep off; default auto: those of the card's maker, unless a card that stays needs them. */
  readonly drivers?: Input<"auto" | Input<string>[]>;
  /** Default auto: the parameters that the CPU's IOMMU wants; keep leaves them to you. */
  readonly iommu?: Input<"auto" | "keep">;
  /** More for the kernel's command line. */
  readonly kernelParameters?: Input<Input<string>[]>;
  /** Keeps vfio-pci from the VGA arbitration of cards it has. */
  readonly disableVga?: Input<boolean>;
  /** For a host that cannot remap interrupts. */
  readonly allowUnsafeInterrupts?: Input<boolean>;
  /** Devices that may share an IOMMU group with a chosen one, and leave the host with it when a guest starts. */
  readonly allowSharedGroup?: Input<Input<string>[]>;
  /** Hands on the only display that there is. */
  readonly allowHeadless?: Input<boolean>;
  /** Default never; when-needed reboots and proves it, and the host heals itself if that fails. */
  readonly reboot?: Input<"never" | "when-needed">;
  /** Seconds: how long the host waits to be told that all is well (300), how long it may take to come back (900). */
  readonly confirm?: Input<{ readonly timeout?: Input<number>; readonly comeBack?: Input<number> }>;
  /** Default refuse: no reboot while guests run there. */
  readonly runningGuests?: Input<"refuse" | "shutdown">;
  /** Reboots though the rest of the cluster loses quorum meanwhile. */
  readonly allowQuorumLoss?: Input<boolean>;
  /** Takes over what ghostctl or somebody by hand has set up for the same devices. */
  readonly adopt?: Input<boolean>;
  /** What a destroy does beside taking everything out. */
  readonly onDestroy?: Input<{ readonly reboot?: Input<boolean> }>;
  /** Goes over what others changed in our files. */
  readonly force?: Input<boolean>;
}

/** A host made ready to hand devices to virtual machines: IOMMU on, vfio-pci before the drivers that would claim them. */
export class VfioHostConfig extends dynamic.Resource {
  /** What stands in the host's files: whole files of ours, our block, our words. */
  declare readonly files: Output<Record<string, string>>;
  /** The devices that are handed on. */
  declare readonly devices: Output<readonly VfioDevice[]>;
  /** Something counts from the next boot on. */
  declare readonly rebootPending: Output<boolean>;
  /** What the kernel was told, and what it will be told. */
  declare readonly cmdline: Output<{ readonly running: string; readonly next: string }>;

  constructor(name: string, args: VfioHostConfigArgs, opts?: CustomResourceOptions) {
    const props = { ...declared(name, args, opts), devices: undefined, rebootPending: undefined, cmdline: undefined };
    super(provider, name, props, opts, "pve", "VfioHostConfig");
  }
}
