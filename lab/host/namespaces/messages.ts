import { constants } from "node:os";
import { z } from "zod";
import type { Errno } from "../controls.ts";

const ErrnoName = z.custom<Errno>((name) => typeof name === "string" && Object.hasOwn(constants.errno, name));

/** What the holder of the namespaces tells the lab. */
export const Told = z.union([
  // And why there are no control files, if there are none.
  z.strictObject({ ready: z.literal(true), controls: z.string().optional() }),
  z.strictObject({
    question: z.number(),
    host: z.string(),
    path: z.string(),
    text: z.string().optional(),
  }),
]);

/** What the lab answers it. */
export const Replied = z.strictObject({
  question: z.number(),
  text: z.string().optional(),
  errno: ErrnoName.optional(),
});
