import { activated, isActive } from "../../storage/active.ts";
import { backupsOn, isBackupServer, pathOf } from "../../storage/backups.ts";
import { checkProtectable } from "../../storage/protection.ts";
import { type Volume, volumesOn } from "../../storage/volumes.ts";
import { died } from "../api-error.ts";
import { begin, type Call, type Handler } from "../call.ts";
import { mustRead, mustRemove, taskId } from "./backup-rights.ts";
import { type ChosenBackup, chosenBackup } from "./chosen-backup.ts";

const DELETING = 1;

/** The backup if it is there. Nothing says that a folder is not, a server that cannot be reached is an error. */
function found({ cluster, node }: Call, named: ChosenBackup): Volume | undefined {
  const { storage, name } = named;
  if (isActive(storage, node.name)) return volumesOn(cluster, named, node.name).get(name);
  if (!isBackupServer(storage)) return undefined;
  const server = `https://${storage.values.get("server")}:${storage.values.get("port") ?? 8007}/`;
  throw died(`proxmox-backup-client failed: Error: error trying to connect: error connecting to ${server}`);
}

const info: Handler = (call) => {
  const named = chosenBackup(call);
  mustRead(call, named.id, { volid: named.volid, owner: named.read.owner });
  const volume = found(call, named);
  if (!volume) throw isBackupServer(named.storage) ? noSnapshot(named) : notThere(named);
  const { size, notes, protected: isProtected } = volume;
  const format = isBackupServer(named.storage) ? named.read.format : "raw";
  return { path: pathOf(named.storage, named.name), size, used: size, format, notes, protected: Number(isProtected) };
};

const notThere = ({ volid }: ChosenBackup) => died(`volume_size_info on '${volid}' failed - no format`);
const noSnapshot = ({ name }: ChosenBackup) =>
  died(`proxmox-backup-client failed: Error: snapshot ${snapshotOf(name)} does not exist!`);

const snapshotOf = (name: string): string => name.slice("backup/".length);

const update: Handler = (call) => {
  const { params } = call;
  const named = chosenBackup(call);
  mustRead(call, named.id, { volid: named.volid, owner: named.read.owner });
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
  const named = chosenBackup(call);
  const { id, name, volid } = named;
  const { owner } = named.read;
  mustRemove(call, id, owner);
  return begin(call, "imgdel", taskId(id, owner), function* (say) {
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

const stillProtected = ({ id, storage, name }: ChosenBackup) =>
  isBackupServer(storage)
    ? died("proxmox-backup-client failed: Error: cannot remove protected snapshot")
    : died(`cannot remove protected volume '${name}' on '${id}'`);

export const storageVolumes: Readonly<Record<string, Handler>> = {
  "GET /nodes/{node}/storage/{storage}/content/{volume}": info,
  "PUT /nodes/{node}/storage/{storage}/content/{volume}": update,
  "DELETE /nodes/{node}/storage/{storage}/content/{volume}": remove,
};
