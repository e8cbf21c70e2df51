import type { z } from "zod";
import { fromBytes } from "./edit/bytes.ts";

/** What a note on a host says; nothing where it was cut off while it was written, or by somebody's hand. */
export function noteIn<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(fromBytes(text)));
  } catch {
    return undefined;
  }
}
