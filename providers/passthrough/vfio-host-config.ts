import { type CustomResourceOptions, dynamic, type Input, type Output } from "@pulumi/pulumi";
import { declared } from "#providers/core/declared.ts";
import { deferred } from "#providers/core/deferred.ts";

const provider = deferred(() => import("pulumi-pve-ops/provider/VfioHostConfig"));

/** A card by where it is, by vendor and device ids, or by a part of the name that lspci has for it. */
export type VfioGpu =
  | { readonly address: Input<string> }
  | { readonly ids: Input<Input<string>[]> }
  | { readonly match: Input<string> };

export interface VfioHostConfigArgs {
  /** As `pve:nodes` calls it, or how ssh reaches it. Changing it moves the resource: the old host is put back first. */
  readonly host: Input<string>;
  /** The cards to hand on; every function of a card's slot goes with it. */
  readonly gpus?: Input<Input<VfioGpu>[]>;
  /** Default passthrough; rescue gives the host its console back, off leaves nothing of this. */
  readonly mode?: Input<"passthrough" | "rescue" | "off">;
  /** The modules to keep off; default auto: those of the card's maker, unless a card that stays needs them. */
  readonly drivers?: Input<"auto" | Input<string>[]>;
  /** More for the kernel's command line. */
  readonly kernelParameters?: Input<Input<string>[]>;
  /** Keeps vfio-pci from the VGA arbitration of cards it has. */
  readonly disableVga?: Input<boolean>;
  /** Goes over what others changed in our files. */
  readonly force?: Input<boolean>;
}

/** A host made ready to hand devices to virtual machines: IOMMU on, vfio-pci before the drivers that would claim them. */
export class VfioHostConfig extends dynamic.Resource {
  /** What stands in the host's files: whole files of ours, our block, our words. */
  declare readonly files: Output<Record<string, string>>;

  constructor(name: string, args: VfioHostConfigArgs, opts?: CustomResourceOptions) {
    super(provider, name, declared(name, args, opts), opts, "pve", "VfioHostConfig");
  }
}
