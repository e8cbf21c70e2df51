import type { Board } from "./board.ts";
import { b650, rome, strixHalo, x570 } from "./boards-amd.ts";
import { c612, ms01, n100, q35, z790 } from "./boards-intel.ts";

/** The names of the boards, as cluster files use them. */
export const BOARDS = ["x570", "b650", "rome", "strix-halo", "z790", "c612", "ms01", "n100", "q35"] as const;
export type BoardName = (typeof BOARDS)[number];

/** The boards that a node can be built on. */
export const boards: Readonly<Record<BoardName, Board>> = {
  x570,
  b650,
  rome,
  "strix-halo": strixHalo,
  z790,
  c612,
  ms01,
  n100,
  q35,
};
