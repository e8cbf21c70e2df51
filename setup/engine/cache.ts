import { existsSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where what is slow to make is kept, outside the clone. */
export const cacheFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  env["PVE_OPS_CACHE"] ?? join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "pve-ops");

/** Moves a finished folder to its place, whole or not at all. Where another run was faster, its folder stays. */
export function keep(made: string, place: string): string {
  try {
    renameSync(made, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
  }
  return place;
}
