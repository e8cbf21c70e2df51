import type { GuestConfig } from "./guest.ts";

/** Whether a key of a virtual machine is a drive. */
export const isDrive = (key: string): boolean =>
  /^(?:ide[0-3]|sata[0-5]|scsi(?:[0-9]|[12][0-9]|30)|virtio(?:[0-9]|1[0-5])|efidisk0|tpmstate0)$/.test(key);

export interface Drive {
  /** `storage:volume`, a path, `none` or `cdrom`. */
  readonly file: string;
  readonly options: readonly string[];
}

export function parseDrive(text: string): Drive {
  const [first = "", ...options] = text.split(",");
  return { file: first.replace(/^(?:file|volume)=/, ""), options };
}

export const printDrive = ({ file, options }: Drive): string => [file, ...options].join(",");

export const isCloudInit = ({ file }: Drive): boolean => /(?:^|[:-])cloudinit(?:\.|$)/.test(file);
export const isCdrom = ({ options }: Drive): boolean => options.includes("media=cdrom");

/** `storage:GiB` asks for a new disk. */
export function newDisk({ file }: Drive): { storage: string; gib: number } | undefined {
  const [, storage, gib] = /^([a-zA-Z][\w.-]*):(\d+(?:\.\d+)?)$/.exec(file) ?? [];
  return storage === undefined ? undefined : { storage, gib: Number(gib) };
}

/** The volumes that a guest's file names. */
export const volumesIn = ({ values, pending }: GuestConfig): string[] =>
  [...values, ...pending]
    .filter(([key]) => isDrive(key) || /^unused\d+$/.test(key))
    .map(([, text]) => parseDrive(text).file);

/** A name for a new disk that the guest does not have yet. */
export function nextVolume(config: GuestConfig, vmid: number, storage: string): string {
  const taken = new Set(volumesIn(config));
  const name = (n: number) => `${storage}:vm-${vmid}-disk-${n}`;
  let n = 0;
  while (taken.has(name(n))) n += 1;
  return name(n);
}

/** Keeps a disk of the guest's own that is taken out under the first free `unused` key. */
export function keepUnused({ values }: GuestConfig, vmid: number, drive: Drive): void {
  if (isCdrom(drive) || isCloudInit(drive) || !drive.file.includes(`vm-${vmid}-`)) return;
  let n = 0;
  while (values.has(`unused${n}`)) n += 1;
  values.set(`unused${n}`, drive.file);
}
