import { z } from "zod";

const Address = z
  .string()
  .regex(/^(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}(?:\.[0-7])?$/i, "an address is like 0000:01:00.0, or 01:00")
  .transform((text) => (text.length < "0000:01:00".length ? `0000:${text}` : text).toLowerCase());

const Id = z
  .string()
  .regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/i, "an id is like 10de:1b80, vendor and device")
  .transform((text) => text.toLowerCase());

/** A card: where it is, or what it is. All functions of its slot go with it. */
const Gpu = z.union(
  [
    z.strictObject({ address: Address }),
    z.strictObject({ ids: z.array(Id).min(1) }),
    z.strictObject({ match: z.string().min(1) }),
  ],
  { error: "a card is { address }, { ids } or { match }, one of them" },
);
export type Gpu = z.output<typeof Gpu>;

const Module = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/, "a kernel module's name has letters, digits, dashes and underscores");

const Parameter = z
  .string()
  .regex(/^[A-Za-z0-9_.,:/@+=-]+$/, "a kernel parameter here is one word without quotes, blanks and $");

export const Args = z.strictObject({
  host: z.string().min(1).describe("as `pve:nodes` calls it, or how `ssh` would reach it"),
  gpus: z
    .array(Gpu)
    .default([])
    .describe(
      "`{ address }`, like `0000:01:00.0`; `{ ids }`, a list like `10de:1e87`; or `{ match }`, a part of a display's " +
        "name as `lspci` has it, and every display that has it. All functions of the slot go with each. With none, the " +
        "IOMMU is all that is set up",
    ),
  mode: z
    .enum(["passthrough", "rescue", "off"])
    .default("passthrough")
    .describe("`rescue` takes all of it out and has the next boot show a console; `off` takes all of it out"),
  drivers: z
    .union([z.literal("auto"), z.array(Module)])
    .default("auto")
    .describe("the modules to keep off, instead of those of the card's maker"),
  kernelParameters: z.array(Parameter).default([]).describe("more for the kernel, beside those for the IOMMU"),
  disableVga: z.boolean().default(false).describe("vfio-pci's `disable_vga=1`"),
  force: z.boolean().optional().describe("go over what others changed in our files"),
});
export type Args = z.output<typeof Args>;
