import type { Returns } from "../pve/endpoints.ts";
import type { Backup } from "./prune.ts";

/** A backup that lies on a storage. */
export interface Stored extends Backup {
  readonly size: number;
}

const ARCHIVE =
  /^vzdump-(qemu|lxc|openvz)-([1-9]\d{2,8})-\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d\.(?:tgz|(?:tar|vma)(?:\.(?:gz|lzo|zst|bz2))?)$/;
const SNAPSHOT = /^backup\/(vm|ct)\/(\d+)\//;
const TYPES: Readonly<Record<string, string>> = { vm: "qemu", ct: "lxc" };

/** The backups among what a storage holds, as pruning sees them. */
export const storedIn = (content: Returns<"GET /nodes/{node}/storage/{storage}/content">): Stored[] =>
  content.map(({ volid, ctime = 0, size = 0, vmid, protected: isProtected = false }) => {
    const name = volid.slice(volid.indexOf(":") + 1);
    const archive = ARCHIVE.exec(name.replace(/^.*\//, ""));
    const snapshot = SNAPSHOT.exec(name);
    const [, kind, owner] = archive ?? snapshot ?? [];
    return {
      volid,
      ctime,
      size,
      type: kind === undefined ? "unknown" : (TYPES[kind] ?? kind),
      vmid: owner === undefined ? vmid : Number(owner),
      protected: isProtected,
      renamed: !archive && !snapshot,
    };
  });
