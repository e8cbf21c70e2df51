/** What each contender goes through, in this order. */
export const PHASES = ["preview", "up", "preview again", "destroy"] as const;
export type Phase = (typeof PHASES)[number];
