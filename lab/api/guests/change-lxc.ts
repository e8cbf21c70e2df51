import { newDisk, nextVolume, parseDrive } from "../../guests/drives.ts";
import { checkUnlocked, guestOf } from "../../guests/find.ts";
import { digestOf, type Guest } from "../../guests/guest.ts";
import { checkContainer } from "../../guests/lxc-rights.ts";
import { apply, cleanUp, drop, propose } from "../../guests/pending.ts";
import { uniqueTags } from "../../guests/tags.ts";
import { badParameters, died } from "../api-error.ts";
import type { Call, Handler } from "../call.ts";
import { storageOf } from "../storage/config.ts";
import { namedKeys } from "./config.ts";

const ABOUT = ["node", "vmid", "digest", "delete", "revert"];

const change: Handler = (call) => {
  const { params } = call;
  if (params.keys("node", "vmid", "digest").length === 0) throw died("no options specified");
  const guest = guestOf(call, "lxc");
  const { config, vmid } = guest;
  checkUnlocked(guest);
  const digest = params.maybe("digest");
  if (digest && digest !== digestOf(config))
    throw died("detected modified configuration - file changed by other user? Try again.");
  const [dropped, reverted] = [namedKeys(call, "lxc", "delete"), namedKeys(call, "lxc", "revert")];
  const both = dropped.find((key) => reverted.includes(key));
  if (both !== undefined)
    throw badParameters({ delete: `you can't use '-delete ${both}' and '-revert ${both}' at the same time` });
  const keys = params.keys(...ABOUT);
  for (const key of [...dropped, ...reverted]) checkContainer(call, vmid, config, key, undefined);
  for (const key of keys) checkContainer(call, vmid, config, key, params.text(key));
  const values = keys.map((key) => [key, written(call, guest, key)] as const);
  for (const key of reverted) {
    config.pending.delete(key);
    config.dropped.delete(key);
  }
  for (const key of dropped) drop(config, key, false);
  for (const [key, value] of values) propose(config, key, value);
  cleanUp(config);
  apply(guest);
  return null;
};

/** A value as PVE writes it into the file. */
function written({ cluster, params }: Call, { config, vmid }: Guest, key: string): string {
  const value = params.text(key);
  if (key === "tags") return uniqueTags(cluster, value);
  if (/^net\d+$/.test(key) && !/(?:^|,)hwaddr=/.test(value)) {
    const bytes = cluster.chance.hex(3).toUpperCase().match(/../g) ?? [];
    return `${value},hwaddr=BC:24:11:${bytes.join(":")}`;
  }
  const drive = parseDrive(value);
  const fresh = /^(?:rootfs|mp\d+)$/.test(key) ? newDisk(drive) : undefined;
  if (!fresh) return value;
  storageOf({ cluster }, fresh.storage);
  return [nextVolume(config, vmid, fresh.storage), ...drive.options, `size=${fresh.gib}G`].join(",");
}

export const lxcChanges: Readonly<Record<string, Handler>> = { "PUT /nodes/{node}/lxc/{vmid}/config": change };
