import type { Card } from "./cards.ts";
import type { Device } from "./device.ts";
import type { Part } from "./part.ts";

/** A part at its place on a bus, and what is behind it. */
export interface Fitted {
  /** Device and function, like `1f.3`. */
  readonly at: string;
  readonly part: Part;
  readonly below?: readonly Fitted[];
  /** The number of the slot that is behind it. */
  readonly slot?: number;
  /** `false` of a bridge that does not keep apart what is behind it. */
  readonly acs?: false;
}

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, "0");

/** The devices of a board with cards in its slots, numbered as firmware does it: depth first. */
export function devicesOf(board: readonly Fitted[], cards: readonly (Card | undefined)[]): readonly Device[] {
  let buses = 0;
  const onBus = (fitted: readonly Fitted[], bus: number, parent: string | undefined, slot?: number): Device[] =>
    fitted.flatMap((one) => {
      const [device = "", fn = "0"] = one.at.split(".");
      const address = `0000:${hex(bus, 2)}:${device.padStart(2, "0")}.${fn}`;
      const card = one.slot === undefined ? undefined : cards[one.slot];
      const below = card ? inSlot(card) : (one.below ?? []);
      const isBridge = one.below !== undefined || one.slot !== undefined;
      const secondary = isBridge ? ++buses : undefined;
      const self = { ...one.part, address, parent, secondary, acs: one.acs ?? true, slot };
      return [self, ...(secondary === undefined ? [] : onBus(below, secondary, address, one.slot ?? slot))];
    });
  return onBus(board, 0, undefined).toSorted((a, b) => (a.address < b.address ? -1 : 1));
}

/** A card as it is seen on the bus behind its slot. */
const inSlot = ({ functions, bridges = [] }: Card): readonly Fitted[] =>
  bridges.reduceRight<readonly Fitted[]>(
    (below, part) => [{ at: "00.0", part, below }],
    functions.map((part, fn) => ({ at: `00.${fn}`, part })),
  );
