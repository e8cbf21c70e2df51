import type { Place } from "#providers/host/edit/origin.ts";

/** Whose a line is, in words. */
export function whose({ origin }: Place): string {
  if (origin.by === "us") return `pve-ops ${origin.name}`;
  return origin.by === "ghostctl" ? "ghostctl" : "others";
}
