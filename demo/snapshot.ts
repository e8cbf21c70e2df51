import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Every file below a folder: its mode and a hash of its bytes. */
export type Snapshot = ReadonlyMap<string, string>;

export function snapshot(folder: string): Snapshot {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  return new Map(
    files.flatMap((file) => {
      const path = join(folder, file);
      const { mode } = statSync(path);
      if (statSync(path).isDirectory()) return [];
      return [[file, `${mode.toString(8)} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`] as const];
    }),
  );
}

/** What is not the same in the two, a line each. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].toSorted().flatMap((file) => {
    if (!after.has(file)) return [`${file} is gone`];
    if (!before.has(file)) return [`${file} was not there before`];
    return before.get(file) === after.get(file) ? [] : [`${file} is not as it was`];
  });
}
