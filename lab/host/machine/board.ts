import type { Fitted } from "./fitted.ts";

/** A main board with its CPU: what is on it, and where cards go. */
export interface Board {
  readonly cpu: "AMD" | "Intel";
  /** Where the firmware shows its first picture: on a card, if there is one, or on what is built in. */
  readonly console: "onboard" | "slot";
  readonly fitted: readonly Fitted[];
}
