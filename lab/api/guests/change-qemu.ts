import { createHash } from "node:crypto";
import type { Cluster } from "../../cluster.ts";
import { isDrive, keepUnused, newDisk, nextVolume, parseDrive, printDrive } from "../../guests/drives.ts";
import { checkUnlocked, checkUnprotected, guestOf } from "../../guests/find.ts";
import { digestOf, type Guest } from "../../guests/guest.ts";
import { apply, cleanUp, drop, propose } from "../../guests/pending.ts";
import { checkKeys, checkTags, checkValue } from "../../guests/qemu-rights.ts";
import { uniqueTags } from "../../guests/tags.ts";
import { contentOf } from "../../storage/storage.ts";
import { badParameters, died } from "../api-error.ts";
import { begin, type Call, type Handler } from "../call.ts";
import { storageOf } from "../storage/config.ts";
import { namedKeys } from "./config.ts";

/** What a call says of itself; everything else is a key of the machine. */
const ABOUT = [
  ...["node", "vmid", "digest", "background_delay", "skip_cloud_init", "import-working-storage"],
  ...["skiplock", "delete", "revert", "force"],
];

interface Change {
  readonly guest: Guest;
  readonly set: ReadonlyMap<string, string>;
  readonly drop: readonly string[];
}

/** All that can be said against a change before anything is done. */
function prepare(call: Call): Change {
  const { params } = call;
  const vmid = params.integer("vmid") ?? 0;
  if (params.flag("skiplock") && call.holder !== "root@pam")
    throw badParameters({ skiplock: "Only root may use this option." });
  const keys = params.keys(...ABOUT);
  if (keys.length === 0 && !params.maybe("delete") && !params.maybe("revert")) throw died("no options specified");
  const reverted = namedKeys(call, "qemu", "revert");
  const dropped = namedKeys(call, "qemu", "delete").map((key) => (key === "cdrom" ? "ide2" : key));
  const both = dropped.find((key) => reverted.includes(key));
  if (both !== undefined)
    throw badParameters({ revert: `you can't use '-delete ${both}' and -revert ${both}' at the same time` });
  const set = new Map(keys.map((key) => [key === "cdrom" ? "ide2" : key, params.text(key)]));
  checkKeys(call, vmid, dropped);
  checkKeys(call, vmid, keys);
  for (const [key, value] of set) if (isDrive(key)) checkValue(call, vmid, key, value);
  const guest = guestOf(call, "qemu");
  const { values, pending } = guest.config;
  const digest = params.maybe("digest");
  if (digest && digest !== digestOf(guest.config)) throw died("checksum mismatch (file change by other user?)");
  if (!params.flag("skiplock")) checkUnlocked(guest);
  checkBalloon(set, guest);
  const back = reverted.flatMap((key): [string, string][] => {
    const value = values.get(key);
    return value === undefined ? [] : [[key, value]];
  });
  const never = reverted.filter((key) => !values.has(key) && pending.has(key));
  return { guest, set: new Map([...set, ...back]), drop: [...dropped, ...never] };
}

function checkBalloon(set: Change["set"], { config: { values, pending } }: Guest): void {
  if (!set.has("memory") && !set.has("balloon")) return;
  const wanted = (key: string) => Number.parseInt(set.get(key) ?? pending.get(key) ?? values.get(key) ?? "", 10) || 0;
  if (wanted("balloon") > (wanted("memory") || 512))
    throw died("balloon value too large (must be smaller than assigned memory)");
}

function carryOut(call: Call, { guest, set, drop: dropped }: Change): void {
  const { config, vmid } = guest;
  for (const key of dropped) takeOut(call, guest, key);
  for (const [key, value] of set) {
    if (config.pending.get(key) === value) continue;
    const before = config.values.get(key);
    if (before !== undefined) checkValue(call, vmid, key, before, "modify");
    checkValue(call, vmid, key, value, "modify");
    if (key === "tags") checkTags(call, vmid, before ?? "", value);
    if (key === "cipassword") config.values.set(key, hashed(value));
    else propose(config, key, written(call, guest, key, value, set));
  }
  cleanUp(config);
  apply(guest);
}

function takeOut(call: Call, guest: Guest, key: string): void {
  const { config, vmid } = guest;
  const force = call.params.flag("force") ?? false;
  const waits = config.pending.get(key);
  const value = config.values.get(key) ?? waits;
  if (value === undefined) return;
  config.pending.delete(key);
  if (key === "tags") checkTags(call, vmid, value, "");
  else checkValue(call, vmid, key, value, "delete");
  if (/^unused\d+$/.test(key) || key === "tags") {
    if (key !== "tags") checkUnprotected(guest, `can't remove unused disk '${value}'`);
    config.values.delete(key);
    return;
  }
  if (isDrive(key)) {
    checkUnprotected(guest, `can't remove drive '${key}'`);
    if (waits !== undefined) keepUnused(config, vmid, parseDrive(waits));
  }
  const order = bootOrder(config.values.get("boot"));
  if (order.includes(key)) propose(config, "boot", `order=${order.filter((one) => one !== key).join(";")}`);
  drop(config, key, force);
}

const bootOrder = (boot: string | undefined): string[] =>
  (/(?:^|,)order=([^,]*)/.exec(boot ?? "")?.[1] ?? "").split(";").filter((device) => device !== "");

/** A value as PVE writes it into the file. */
function written({ cluster }: Call, guest: Guest, key: string, value: string, set: Change["set"]): string {
  if (isDrive(key)) return withDisk(cluster, guest, value);
  if (/^net\d+$/.test(key)) return withAddress(cluster, value);
  if (key === "tags") return uniqueTags(cluster, value);
  if (key === "vmgenid" && value === "1") return cluster.chance.uuid();
  if (key !== "boot") return value;
  const { values, pending, dropped } = guest.config;
  const there = (device: string) =>
    (values.has(device) && !dropped.has(device)) || pending.has(device) || set.has(device);
  const order = bootOrder(value);
  const missing = order.find((device) => !there(device));
  if (missing !== undefined) throw died(`invalid bootorder: device '${missing}' does not exist'`);
  return order.length > 0 ? `order=${order.join(";")}` : value;
}

function withDisk(cluster: Cluster, { config, vmid }: Guest, value: string): string {
  const drive = parseDrive(value);
  const fresh = newDisk(drive);
  if (!fresh) return value;
  const storage = storageOf({ cluster }, fresh.storage);
  if (!contentOf(storage).includes("images"))
    throw badParameters({ storage: `storage '${fresh.storage}' does not support vm images` });
  const options = drive.options.filter((option) => !/^(?:size|format)=/.test(option));
  const file = nextVolume(config, vmid, fresh.storage);
  return printDrive({ file, options: [...options, `size=${fresh.gib}G`].toSorted() });
}

/** A network device always has an address: one is made where none is given. */
function withAddress({ chance, options }: Cluster, value: string): string {
  const [model = "", ...rest] = value.split(",");
  if (model.includes("=") || rest.some((part) => part.startsWith("macaddr="))) return value;
  const prefix = options.get("mac_prefix") ?? "BC:24:11";
  const bytes = chance.hex(3).toUpperCase().match(/../g) ?? [];
  return [`${model}=${[...prefix.split(":"), ...bytes].slice(0, 6).join(":")}`, ...rest].join(",");
}

const hashed = (password: string): string =>
  /^\$(?:[156]|2[ay])(\$.+){2}/.test(password)
    ? password
    : `$5$lab$${createHash("sha256").update(password).digest("base64")}`;

/** Sets keys now. */
const change: Handler = (call) => {
  carryOut(call, prepare(call));
  return null;
};

/** Sets keys in a task. */
const changeLater: Handler = (call) => {
  prepare(call);
  return begin(call, "qmconfig", String(call.params.integer("vmid")), function* () {
    yield 0;
    carryOut(call, prepare(call));
  });
};

export const qemuChanges: Readonly<Record<string, Handler>> = {
  "PUT /nodes/{node}/qemu/{vmid}/config": change,
  "POST /nodes/{node}/qemu/{vmid}/config": changeLater,
};
