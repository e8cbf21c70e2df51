import { z } from "zod";

const Address = z
  .string()
  .regex(
    /^(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}(?:\.[0-7])?$/i,
    "an address is like 0000:01:00.0, or 01:00 for all functions of the slot",
  )
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
  host: z.string().min(1),
  gpus: z.array(Gpu).default([]),
  mode: z.enum(["passthrough", "rescue", "off"]).default("passthrough"),
  drivers: z.union([z.literal("auto"), z.array(Module)]).default("auto"),
  kernelParameters: z.array(Parameter).default([]),
  disableVga: z.boolean().default(false),
  force: z.boolean().optional(),
});
export type Args = z.output<typeof Args>;
