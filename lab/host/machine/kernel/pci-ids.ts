import type { Part } from "../part.ts";

/** Which devices a driver was told to take, as numbers: vendor, device, and those of the subsystem. */
export interface PciId {
  readonly vendor: number;
  readonly device: number;
  readonly subvendor: number;
  readonly subdevice: number;
  readonly class: number;
  readonly mask: number;
}

export const ANY = 0xffffffff;

/** From words of hex digits; none where the first two are not there. What is left out is for any, as in the kernel. */
export function pciId(words: readonly string[]): PciId | undefined {
  const numbers = words.map((word) =>
    /^(?:0x)?[0-9a-fA-F]{1,8}$/.test(word) ? Number.parseInt(word, 16) : Number.NaN,
  );
  const [vendor, device, subvendor = ANY, subdevice = ANY, digits = 0, mask = 0] = numbers;
  if (vendor === undefined || device === undefined || numbers.slice(0, 6).some(Number.isNaN)) return undefined;
  return { vendor, device, subvendor, subdevice, class: digits, mask };
}

const pair = (id: string | undefined): readonly [number, number] => {
  const [vendor = "0", device = "0"] = (id ?? "").split(":");
  return [Number.parseInt(vendor, 16) || 0, Number.parseInt(device, 16) || 0];
};

export function idFits(id: PciId, part: Part): boolean {
  const [vendor, device] = pair(part.id);
  const [subvendor, subdevice] = pair(part.subsystem);
  const is = (wanted: number, found: number) => wanted === ANY || wanted === found;
  const digits = Number.parseInt(part.class, 16);
  return (
    is(id.vendor, vendor) &&
    is(id.device, device) &&
    is(id.subvendor, subvendor) &&
    is(id.subdevice, subdevice) &&
    ((id.class ^ digits) & id.mask) === 0
  );
}

const wide = (number: number) => number.toString(16).padStart(8, "0");

/** As vfio-pci tells of what it was given. */
export const toldId = ({ vendor, device, subvendor, subdevice, class: digits, mask }: PciId): string =>
  `add [${vendor.toString(16).padStart(4, "0")}:${device.toString(16).padStart(4, "0")}[${wide(subvendor)}:${wide(subdevice)}]] ` +
  `class 0x${digits.toString(16).padStart(6, "0")}/${wide(mask)}`;
