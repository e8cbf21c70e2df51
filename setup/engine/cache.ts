import { existsSync, mkdirSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** Where what is slow to make is kept, outside the clone. */
export const cacheFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  resolve(env["PVE_OPS_CACHE"] || join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "pve-ops"));

/** Makes a folder of the cache, or says plainly that it cannot be. */
export function makeCacheFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`the cache ${folder} cannot be written (${why}): let PVE_OPS_CACHE name a folder that can`);
  }
}

// Node's own recursive mkdir never ends on file systems like /proc.
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another run was faster
  }
}

/** Moves a finished folder to its place, whole or not at all. Where another run was faster, its folder stays. */
export function keep(made: string, place: string): string {
  try {
    renameSync(made, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
  }
  return place;
}
