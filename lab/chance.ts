import { randomBytes } from "node:crypto";

/** Where a lab's random values come from: with a seed the same ones each time, without one never. */
export class Chance {
  readonly #bytes: (count: number) => Uint8Array;

  constructor(seed?: number) {
    this.#bytes = seed === undefined ? randomBytes : seeded(seed);
  }

  /** A whole number of 0 up to, but not including, `limit`. */
  below(limit: number): number {
    return Buffer.from(this.#bytes(4)).readUInt32BE() % limit;
  }

  hex(bytes: number): string {
    return Buffer.from(this.#bytes(bytes)).toString("hex");
  }

  /** A UUID of version 4. */
  uuid(): string {
    const [...bytes] = this.#bytes(16);
    const text = Buffer.from([
      ...bytes.slice(0, 6),
      ((bytes[6] ?? 0) & 0x0f) | 0x40,
      bytes[7] ?? 0,
      ((bytes[8] ?? 0) & 0x3f) | 0x80,
      ...bytes.slice(9),
    ]).toString("hex");
    return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
}

/** Mulberry32: small, and good enough for values that only have to differ. */
function seeded(seed: number): (count: number) => Uint8Array {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) & 0xff;
  };
  return (count) => Uint8Array.from({ length: count }, next);
}
