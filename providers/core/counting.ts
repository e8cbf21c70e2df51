const FEW = 3;

/** `a, b and c`; of more than a few the first ones. */
export function few(items: readonly string[], most = FEW): string {
  const all = [...new Set(items)];
  if (all.length > most) return `${all.slice(0, most).join(", ")} and ${all.length - most} more`;
  return all.length < 2 ? all.join() : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}

/** `1 backup`, `2 backups`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
