import { type Device, isBridge } from "../device.ts";

const MULTIFUNCTION = 0x80;
const BRIDGE = 1;

/** The first 64 bytes of a device's configuration, as far as programs look at them. */
export function configSpace(device: Device, several: boolean): Uint8Array {
  const bytes = Buffer.alloc(64);
  const halves = (id: string | undefined) => (id ?? "0:0").split(":").map((half) => Number.parseInt(half, 16));
  const [vendor = 0, part = 0] = halves(device.id);
  const [subvendor = 0, subpart = 0] = halves(device.subsystem);
  const digits = Number.parseInt(device.class, 16);
  bytes.writeUInt16LE(vendor, 0);
  bytes.writeUInt16LE(part, 2);
  bytes.writeUInt16LE(isBridge(device) ? 0x0507 : 0x0406, 4);
  bytes.writeUInt8(device.revision ?? 0, 8);
  bytes.writeUIntLE(digits, 9, 3);
  bytes.writeUInt8((isBridge(device) ? BRIDGE : 0) | (several ? MULTIFUNCTION : 0), 14);
  if (isBridge(device)) {
    bytes.writeUInt8(Number.parseInt(device.address.slice(5, 7), 16), 24);
    bytes.writeUInt8(device.secondary ?? 0, 25);
    bytes.writeUInt8(device.secondary ?? 0, 26);
  } else {
    bytes.writeUInt16LE(subvendor, 44);
    bytes.writeUInt16LE(subpart, 46);
  }
  return bytes;
}
