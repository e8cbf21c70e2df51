import { z } from "zod";

/** Where a device, or a slot, is; in full. */
export const Address = z
  .string()
  .regex(/^(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}(?:\.[0-7])?$/i, "an address is like 0000:01:00.0, or 01:00")
  .transform((text) => (text.length < "0000:01:00".length ? `0000:${text}` : text).toLowerCase());

const Id = z
  .string()
  .regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/i, "an id is like 10de:1b80, vendor and device")
  .transform((text) => text.toLowerCase());

const Functions = z
  .union([z.literal("all"), z.array(z.int().min(0).max(7)).min(1)], {
    error: 'want "all", or a list of the numbers after the dot',
  })
  .default("all");

/** A card: where it is, or what it is. */
const Gpu = z.union(
  [
    z.strictObject({ address: Address, functions: Functions }),
    z.strictObject({ ids: z.array(Id).min(1), functions: Functions }),
    z.strictObject({ match: z.string().min(1), functions: Functions }),
  ],
  { error: "a card is { address }, { ids } or { match }, one of them, and functions if it is not all of its slot" },
);
export type Gpu = z.output<typeof Gpu>;

const Module = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/, "a kernel module's name has letters, digits, dashes and underscores");

const Parameter = z
  .string()
  .regex(/^[A-Za-z0-9_.,:/@+=-]+$/, "a kernel parameter here is one word without quotes, blanks and $")
  // A start that reaches no systemd is none that a host could heal itself from.
  .refine(
    (word) => !/^(?:root|rootfstype|init|rdinit|boot)=/.test(word),
    "what a host starts from is not to be changed here",
  )
  .refine((word) => !/^(?:vfio[-_]pci|pci[-_]stub)\.ids=/.test(word), "what is handed on is listed under gpus");

const Seconds = z.int("want a whole number of seconds");

export const Args = z.strictObject({
  host: z.string().min(1).describe("as `pve:nodes` calls it, or how `ssh` would reach it"),
  gpus: z
    .array(Gpu)
    .default([])
    .describe(
      "`{ address }`, like `0000:01:00.0`; `{ ids }`, a list like `10de:1e87`; or `{ match }`, a part of a display's " +
        "name as `lspci` has it, and every display that has it. All functions of the slot go with each, or those that " +
        "`functions` lists by number. With none, the IOMMU is all that is set up",
    ),
  mode: z
    .enum(["passthrough", "rescue", "off"])
    .default("passthrough")
    .describe("`rescue` takes all of it out and has the next boot show a console; `off` takes all of it out"),
  persist: z
    .boolean()
    .default(true)
    .describe("false: no file is touched, the devices are bound now and until the host starts again"),
  bind: z
    .enum(["ids", "address"])
    .default("ids")
    .describe("what vfio-pci goes by: `address` where an equal card stays with the host"),
  drivers: z
    .union([z.literal("auto"), z.array(Module)])
    .default("auto")
    .describe("the modules to keep off, instead of those of the card's maker"),
  iommu: z.enum(["auto", "keep"]).default("auto").describe("`keep` leaves the IOMMU's parameters to you"),
  kernelParameters: z.array(Parameter).default([]).describe("more for the kernel, beside those for the IOMMU"),
  disableVga: z.boolean().default(false).describe("vfio-pci's `disable_vga=1`"),
  allowUnsafeInterrupts: z
    .boolean()
    .default(false)
    .describe("for a host that cannot remap interrupts: a guest could then send it any"),
  allowSharedGroup: z
    .array(Address)
    .default([])
    .describe(
      "devices that may share a chosen device's IOMMU group: they leave the host, too, when a guest with that starts",
    ),
  allowHeadless: z
    .boolean()
    .default(false)
    .describe("hand on the only display: the host is then reached by network, serial console or IPMI alone"),
  reboot: z
    .enum(["never", "when-needed"])
    .default("never")
    .describe("`when-needed` reboots the host where something counts from the next start on, and proves that it does"),
  confirm: z
    .strictObject({
      timeout: Seconds.min(30)
        .max(3600)
        .default(300)
        .describe("seconds after its start in which a host waits to be told that all is well, before it heals itself"),
      comeBack: Seconds.min(30)
        .max(7200)
        .default(900)
        .describe("seconds in which a host that reboots has to answer again"),
    })
    .prefault({})
    .describe("how long a reboot may take"),
  runningGuests: z
    .enum(["refuse", "shutdown"])
    .default("refuse")
    .describe("`shutdown` reboots though guests run there: the host shuts them down, and starts those with onboot"),
  allowQuorumLoss: z
    .boolean()
    .default(false)
    .describe("reboot though the rest of the cluster has no quorum meanwhile, as in one of two nodes"),
  adopt: z
    .boolean()
    .default(false)
    .describe("take over what ghostctl or somebody by hand has set up for the same devices"),
  onDestroy: z
    .strictObject({ reboot: z.boolean().default(false).describe("reboot the host once more when this is destroyed") })
    .prefault({})
    .describe("what a destroy does beside taking everything out"),
  force: z.boolean().optional().describe("go over what others changed in our files"),
});
export type Args = z.output<typeof Args>;
