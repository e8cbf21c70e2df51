import { died } from "../api/api-error.ts";
import type { Guest } from "../guests/guest.ts";
import { nameOf } from "../guests/stats.ts";
import { activated } from "../storage/active.ts";
import { archiveName, snapshotName } from "../storage/backup-name.ts";
import { isBackupServer, pathOf } from "../storage/backups.ts";
import { usedOn, volumesOn } from "../storage/volumes.ts";
import type { Run } from "./back-up.ts";
import { isSet, valueIn } from "./job.ts";
import { notesBy } from "./notes-template.ts";
import { backupSize } from "./size.ts";

/** Seconds of the lab's time. */
const WRITING = 5;

/** The ends of names, by how `compress` calls the program. */
const ENDINGS: Readonly<Record<string, string>> = { 1: "lzo", lzo: "lzo", gzip: "gz", zstd: "zst" };

/** Writes the backup of a guest: it is there when it is whole. */
export function* writeArchive({ call, job, to, say }: Run, guest: Guest, begun: number): Generator<number, void> {
  const { cluster, node } = call;
  const { named } = to;
  const { id, storage } = named;
  const isServer = isBackupServer(storage);
  const backed = { type: guest.type, vmid: guest.vmid, ctime: begun };
  const ending = ENDINGS[valueIn(job, "compress") ?? "0"] ?? "";
  const name = isServer ? snapshotName(backed) : archiveName(backed, node.timezone, ending);
  const target = isServer ? name.slice("backup/".length) : pathOf(storage, name);
  say(`INFO: creating ${isServer ? "Proxmox Backup Server" : "vzdump"} archive '${target}'`);
  yield WRITING;
  activated(cluster, node, id);
  const size = backupSize(guest);
  if (usedOn(cluster, named, node.name) + size > storage.total) throw died(noSpace(isServer, guest, say));
  const volume = { written: cluster.now(), size, notes: "", protected: false };
  volumesOn(cluster, named, node.name).set(name, volume);
  if (!isServer) say(`INFO: archive file size: ${shownSize(size)}`);
  const template = valueIn(job, "notes-template");
  if (template) {
    say("INFO: adding notes to backup");
    volume.notes = notesBy(template, {
      cluster: cluster.nodes.length > 1 ? cluster.name : "standalone node",
      guestname: nameOf(guest),
      node: node.name,
      vmid: String(guest.vmid),
    });
  }
  if (isSet(job, "protected")) {
    say("INFO: marking backup as protected");
    volume.protected = true;
  }
}

/** What the programs say when the storage is full, and what vzdump makes of it. */
function noSpace(isServer: boolean, { type }: Guest, say: (line: string) => void): string {
  if (isServer)
    return "backup write data failed: command error: write_data upload error: pipelined request failed: ENOSPC: No space left on device";
  say("INFO: zstd: error 70 : Write error : cannot write block : No space left on device");
  if (type === "lxc") return "command 'set -o pipefail && tar cpf - ...' failed: exit code 70";
  say("INFO: aborting backup job");
  return "vma_queue_write: write error - Broken pipe";
}

function shownSize(bytes: number): string {
  const units = ["KB", "MB", "GB", "TB"];
  const step = Math.min(Math.max(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), 1), units.length);
  const amount = bytes / 1024 ** step;
  return `${step > 2 ? amount.toFixed(2) : Math.floor(amount)}${units[step - 1]}`;
}
