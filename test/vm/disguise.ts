import { closeSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import type { Disguise } from "./hardware.ts";

interface Stretch {
  readonly start: number;
  readonly size: number;
}

const HEADER = 64;
const [CLASS, KIND, SUBSYSTEM] = [0x09, 0x0e, 0x2c];
/** Guest memory is larger than this, and nothing else of a QEMU that has just started. */
const LARGEST = 256 * 2 ** 20;

/**
 * Shows devices of a paused QEMU as others: QEMU has no option for a device's vendor, so the ids are written over in its
 * own copy of the config space, before firmware and kernel read them. They outlast a reboot of the guest.
 */
export function disguise(pid: number, all: readonly Disguise[]): void {
  const memory = openSync(`/proc/${pid}/mem`, "r+");
  try {
    const found = stretches(pid).flatMap((stretch) => headersIn(memory, stretch, all));
    for (const one of all) {
      const places = found.filter(({ by }) => by === one).map(({ at }) => at);
      if (places.length !== one.times)
        throw new Error(`QEMU ${pid} has ${places.length} config spaces of ${one.is.id}, not ${one.times}`);
      for (const at of places) {
        writeSync(memory, ids(one.shows.id), 0, 4, at);
        writeSync(memory, classBytes(one.shows.class), 0, 3, at + CLASS);
      }
    }
  } finally {
    closeSync(memory);
  }
}

function stretches(pid: number): Stretch[] {
  return readFileSync(`/proc/${pid}/maps`, "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, from = "", to = ""] =
        /^([0-9a-f]+)-([0-9a-f]+) rw\S* \S+ \S+ 0\s*(?:\[heap\]|\[anon.*)?$/.exec(line) ?? [];
      const start = Number.parseInt(from, 16);
      const size = Number.parseInt(to, 16) - start;
      return size > 0 && size < LARGEST ? [{ start, size }] : [];
    });
}

function headersIn(memory: number, { start, size }: Stretch, all: readonly Disguise[]) {
  const bytes = Buffer.alloc(size);
  const read = readSync(memory, bytes, 0, size, start);
  return all.flatMap((by) => {
    const hits: { readonly by: Disguise; readonly at: number }[] = [];
    const sought = ids(by.is.id);
    for (let i = bytes.indexOf(sought); i >= 0 && i + HEADER <= read; i = bytes.indexOf(sought, i + 1))
      if (isHeader(bytes.subarray(i, i + HEADER), by) && (start + i) % 16 === 0) hits.push({ by, at: start + i });
    return hits;
  });
}

/** Aligned as malloc aligns, of type 0, with its class and a subsystem: the ids alone occur elsewhere too. */
const isHeader = (bytes: Buffer, { is }: Disguise): boolean =>
  ((bytes[KIND] ?? 0xff) & 0x7f) === 0 &&
  bytes.subarray(CLASS, CLASS + 3).equals(classBytes(is.class)) &&
  bytes.readUInt16LE(SUBSYSTEM) !== 0;

function ids(id: string): Buffer {
  const [vendor = "", device = ""] = id.split(":");
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(Number.parseInt(vendor, 16), 0);
  bytes.writeUInt16LE(Number.parseInt(device, 16), 2);
  return bytes;
}

function classBytes(kind: number): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntLE(kind, 0, 3);
  return bytes;
}
