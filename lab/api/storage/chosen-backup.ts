import type { BackupName } from "../../storage/backup-name.ts";
import { isBackupServer, readName } from "../../storage/backups.ts";
import type { Named } from "../../storage/volumes.ts";
import { ApiError, badParameters, died } from "../api-error.ts";
import type { Call } from "../call.ts";
import { storageOf } from "./config.ts";

/** A backup that a call names. Whether it is there is another matter. */
export interface ChosenBackup extends Named {
  /** `backup/vzdump-…` */
  readonly name: string;
  readonly volid: string;
  readonly read: BackupName;
}

/** The backup that a call names, with its storage or without. */
export function chosenBackup({ cluster, node, params }: Call): ChosenBackup {
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
