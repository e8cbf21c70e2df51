import { z } from "zod";

const UNITS: Readonly<Record<string, number>> = { "": 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

/** A size in a file: bytes, or like `96GiB`. */
export const Bytes = z
  .union([
    z.int().nonnegative(),
    z.string().regex(/^\d+(?:[KMGT]iB)?$/, "a size is a number of bytes, or like 96GiB: KiB, MiB, GiB or TiB"),
  ])
  .transform((size) => {
    const [, amount, unit = ""] = /^(\d+)([KMGT]iB)?$/.exec(String(size)) ?? [];
    return Number(amount) * (UNITS[unit] ?? 1);
  });
