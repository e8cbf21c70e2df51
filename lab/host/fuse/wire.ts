// FUSE as the kernel speaks it through /dev/fuse (include/uapi/linux/fuse.h, protocol 7.31): the few parts that files
// of a fixed place need. All numbers are in the machine's order; every machine that Node runs on here is little-endian.
import { constants } from "node:os";
import type { Errno } from "../controls.ts";

/** What the kernel asks, by its number. */
const ASKS: Readonly<Record<number, string>> = {
  1: "lookup",
  2: "forget",
  3: "getattr",
  4: "setattr",
  14: "open",
  15: "read",
  16: "write",
  17: "statfs",
  18: "release",
  26: "init",
  27: "opendir",
  28: "readdir",
  29: "releasedir",
  36: "interrupt",
  38: "destroy",
  42: "batch forget",
  // What would change the folder.
  6: "make",
  8: "make",
  9: "make",
  10: "make",
  11: "make",
  12: "make",
  13: "make",
  35: "make",
  45: "make",
  51: "make",
};

const HEADER = 40;

export interface Asked {
  readonly what: string | undefined;
  readonly unique: bigint;
  readonly node: number;
  readonly body: Buffer;
}

export const asked = (message: Buffer): Asked => ({
  what: ASKS[message.readUInt32LE(4)],
  unique: message.readBigUInt64LE(8),
  node: Number(message.readBigUInt64LE(16)),
  body: message.subarray(HEADER, message.readUInt32LE(0)),
});

export function answer(unique: bigint, body: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(header.length + body.length, 0);
  header.writeBigUInt64LE(unique, 8);
  return Buffer.concat([header, body]);
}

export function refusal(unique: bigint, errno: Errno): Buffer {
  const message = answer(unique, Buffer.alloc(0));
  message.writeInt32LE(-constants.errno[errno], 4);
  return message;
}
