import { globSync } from "node:fs";
import { basename, join } from "node:path";

const FOLDER = join(import.meta.dirname, "clusters");

/** The names of the clusters that come with the lab. */
export const shippedClusters: readonly string[] = globSync("*.yaml", { cwd: FOLDER })
  .map((file) => basename(file, ".yaml"))
  .toSorted();

/** The file of one of them. */
export const shipped = (name: string): string => join(FOLDER, `${name}.yaml`);
