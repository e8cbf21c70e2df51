/** The engine that is downloaded or built, and that everything here is tested with. */
export const ENGINE = "3.250.0";

/** The oldest `pulumi` on PATH that will do. */
export const OLDEST = "3.220.0";

/** The last language host for Node whose source is a Go module of its own; it serves the newer engine and SDK. */
export const LANGUAGE_HOST = "3.68.0";

/** Whether version `a` is `b` or newer; what is not a version is older than all. */
export function atLeast(a: string, b: string): boolean {
  const [left, right] = [numbers(a), numbers(b)];
  if (!left || !right) return false;
  const differing = left.findIndex((n, i) => n !== right[i]);
  return differing < 0 || (left[differing] ?? 0) > (right[differing] ?? 0);
}

function numbers(version: string): number[] | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version.trim());
  return match?.slice(1).map(Number);
}
