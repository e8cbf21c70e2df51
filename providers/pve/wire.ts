import { z } from "zod";

/** PVE's yes and no. */
export const flag = z
  // Perl's own no, where PVE has not made a number of it, is an empty text.
  .union([z.boolean(), z.literal(0), z.literal(1), z.literal("0"), z.literal("1"), z.literal("")])
  .transform((value) => value === true || String(value) === "1");

/** A number, which PVE may have written as text. */
export const number = z.union([z.number(), z.string().regex(/^[+-]?\d+(?:\.\d+)?$/)]).transform(Number);

/** A text, which PVE may have written as a number where it looks like one. */
export const text = z.union([z.string(), z.number()]).transform(String);

/** What PVE may leave out, or say that it is nothing. */
export const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

/** The items of what PVE takes for a list, whatever stands between them. */
export const list = (text = ""): string[] => text.split(/[,;\s\0]+/).filter((item) => item !== "");
