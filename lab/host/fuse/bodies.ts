// What answers hold, byte by byte.

export interface Entry {
  readonly node: number;
  readonly kind: "folder" | "file";
}

// Nothing here ever changes its kind or its name.
const SECONDS_VALID = 3600n;
const FOLDER = 0o040755;
const FILE = 0o100644;
const PAGE = 4096;

/** `fuse_init_out`: protocol 7.31; a file that is cut off as it is opened is asked for in one piece. */
export function initBody(): Buffer {
  const body = Buffer.alloc(64);
  body.writeUInt32LE(7, 0);
  body.writeUInt32LE(31, 4);
  body.writeUInt32LE(ATOMIC_O_TRUNC, 12);
  body.writeUInt32LE(PAGE, 20);
  return body;
}
const ATOMIC_O_TRUNC = 1 << 3;

/** `fuse_attr`: a file of sysfs says that it is as long as a page, whatever it holds. */
function attributes({ node, kind }: Entry): Buffer {
  const body = Buffer.alloc(88);
  body.writeBigUInt64LE(BigInt(node), 0);
  body.writeBigUInt64LE(kind === "file" ? BigInt(PAGE) : 0n, 8);
  body.writeUInt32LE(kind === "file" ? FILE : FOLDER, 60);
  body.writeUInt32LE(1, 64);
  body.writeUInt32LE(PAGE, 80);
  return body;
}

/** `fuse_entry_out` */
export function entryBody(entry: Entry): Buffer {
  const head = Buffer.alloc(40);
  head.writeBigUInt64LE(BigInt(entry.node), 0);
  head.writeBigUInt64LE(SECONDS_VALID, 16);
  head.writeBigUInt64LE(SECONDS_VALID, 24);
  return Buffer.concat([head, attributes(entry)]);
}

/** `fuse_attr_out` */
export function attributesBody(entry: Entry): Buffer {
  const head = Buffer.alloc(16);
  head.writeBigUInt64LE(SECONDS_VALID, 0);
  return Buffer.concat([head, attributes(entry)]);
}

/** `fuse_open_out`: nothing of a file is cached, so that each read and write comes here as it was made. */
export function openBody(handle: number): Buffer {
  const body = Buffer.alloc(16);
  body.writeBigUInt64LE(BigInt(handle), 0);
  body.writeUInt32LE(DIRECT_IO, 8);
  return body;
}
const DIRECT_IO = 1;

/** `fuse_write_out` */
export function writtenBody(bytes: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt32LE(bytes, 0);
  return body;
}

/** `fuse_statfs_out` */
export function statfsBody(): Buffer {
  const body = Buffer.alloc(80);
  body.writeUInt32LE(PAGE, 40);
  body.writeUInt32LE(255, 44);
  return body;
}

/** `fuse_read_in` and `fuse_write_in` begin alike. */
export const span = (body: Buffer): { handle: number; offset: number; size: number } => ({
  handle: Number(body.readBigUInt64LE(0)),
  offset: Number(body.readBigUInt64LE(8)),
  size: body.readUInt32LE(16),
});

/** What a write carries, behind `fuse_write_in`. */
export const carried = (body: Buffer): Buffer => body.subarray(40, 40 + body.readUInt32LE(16));
