import { activated, isActive } from "../../storage/active.ts";
import type { BackupName } from "../../storage/backup-name.ts";
import { backupsOn, isBackupServer, pathOf, readName } from "../../storage/backups.ts";
import { checkProtectable } from "../../storage/protection.ts";
import { type Named, type Volume, volumesOn } from "../../storage/volumes.ts";
import { ApiError, badParameters, died } from "../api-error.ts";
import { begin, type Call, type Handler, must } from "../call.ts";
import { storageOf } from "./config.ts";
import { mayRead } from "./content.ts";

const DELETING = 1;

/** The backup that a call names. Whether it is there is another matter. */
interface Chosen extends Named {
  readonly name: string;
  readonly volid: string;
  readonly read: BackupName;
}

function chosen(call: Call): Chosen {
  const { cluster, node, params } = call;
  const [volume, within] = [params.text("volume"), params.text("storage")];
  const [, id = within, name = volume] = /^([a-z][a-z0-9\-_.]*[a-z0-9]):(.+)$/i.exec(volume) ?? [];
  if (volume.includes(":") && name === volume)
    throw badParameters({ volume: `unable to parse volume ID '${volume}'\n` });
  if (id !== within) throw badParameters({ volume: `storage ID mismatch (${id} != ${within})\n` });
  const storage = storageOf({ cluster }, id);
  const read = readName(storage, name, node);
  if (read) return { id, storage, name, volid: `${id}:${name}`, read };
  if (isBackupServer(storage)) throw died(`unable to parse PBS volume name '${name}'`);
  if (OF_ANOTHER_KIND.test(name) || !storage.values.has("path"))
    throw new ApiError(501, "volumes other than backups are not part of the lab\n");
  throw died(`unable to parse directory volume name '${name}'`);
}

const OF_ANOTHER_KIND = /^(?:(?:iso|vztmpl|snippets|import)\/|\d+\/)/;

function mustRead(call: Call, { id, volid, read: { owner } }: Chosen): void {
  if (mayRead(call, id, owner)) return;
  if (owner === undefined) throw died(`missing privileges to access ${volid}`);
  must(call, `/storage/${id}`, "Datastore.AllocateSpace");
  must(call, `/vms/${owner}`, "VM.Backup");
}

/** The backup if it is there. Nothing says that a folder is not, a server that cannot be reached is an error. */
function found({ cluster, node }: Call, named: Chosen): Volume | undefined {
  const { storage, name } = named;
  if (isActive(storage, node.name)) return volumesOn(cluster, named, node.name).get(name);
  if (!isBackupServer(storage)) return undefined;
  const server = `https://${storage.values.get("server")}:${storage.values.get("port") ?? 8007}/`;
  throw died(`proxmox-backup-client failed: Error: error trying to connect: error connecting to ${server}`);
}

const info: Handler = (call) => {
  const named = chosen(call);
  mustRead(call, named);
  const volume = found(call, named);
  if (!volume) throw isBackupServer(named.storage) ? noSnapshot(named) : notThere(named);
  const { size, notes, protected: isProtected } = volume;
  const format = isBackupServer(named.storage) ? named.read.format : "raw";
  return { path: pathOf(named.storage, named.name), size, used: size, format, notes, protected: Number(isProtected) };
};

const notThere = ({ volid }: Chosen) => died(`volume_size_info on '${volid}' failed - no format`);
const noSnapshot = ({ name }: Chosen) =>
  died(`proxmox-backup-client failed: Error: snapshot ${snapshotOf(name)} does not exist!`);

const snapshotOf = (name: string): string => name.slice("backup/".length);

const update: Handler = (call) => {
  const { params } = call;
  const named = chosen(call);
  mustRead(call, named);
  const volume = found(call, named);
  if (!volume && isBackupServer(named.storage)) throw noSnapshot(named);
  // PVE writes notes beside a file that is not there, too; nobody finds them.
  if (!volume) return null;
  if (params.has("notes")) volume.notes = params.text("notes");
  const wanted = params.flag("protected");
  const { owner, type } = named.read;
  if (wanted && !volume.protected && owner !== undefined)
    checkProtectable(call, named, backupsOn(call.cluster, call.node, named, owner), type);
  if (wanted !== undefined) volume.protected = wanted;
  return null;
};

const remove: Handler = (call) => {
  const { cluster, node } = call;
  const named = chosen(call);
  const { id, name, volid } = named;
  const { owner } = named.read;
  if (owner === undefined) must(call, `/storage/${id}`, "Datastore.Allocate");
  else {
    must(call, `/storage/${id}`, "Datastore.AllocateSpace");
    must(call, `/vms/${owner}`, "VM.Backup");
  }
  return begin(call, "imgdel", `${owner === undefined ? "" : `${owner}@`}${id}`, function* (say) {
    yield DELETING;
    activated(cluster, node, id);
    const volumes = volumesOn(cluster, named, node.name);
    const volume = volumes.get(name);
    if (volume?.protected) throw stillProtected(named);
    if (!volume && isBackupServer(named.storage)) throw noSnapshot(named);
    if (!volume) say(`disk image '${pathOf(named.storage, name)}' does not exist`);
    volumes.delete(name);
    say(`Removed volume '${volid}'`);
  });
};

const stillProtected = ({ id, storage, name }: Chosen) =>
  isBackupServer(storage)
    ? died("proxmox-backup-client failed: Error: cannot remove protected snapshot")
    : died(`cannot remove protected volume '${name}' on '${id}'`);

export const storageVolumes: Readonly<Record<string, Handler>> = {
  "GET /nodes/{node}/storage/{storage}/content/{volume}": info,
  "PUT /nodes/{node}/storage/{storage}/content/{volume}": update,
  "DELETE /nodes/{node}/storage/{storage}/content/{volume}": remove,
};
