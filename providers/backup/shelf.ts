import type { Backup } from "./prune.ts";

/** A backup that lies on a storage, and how big it is, where we may know. */
export interface Stored extends Backup {
  readonly size: number | undefined;
}
