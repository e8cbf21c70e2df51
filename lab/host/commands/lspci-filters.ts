import type { Device } from "../machine/device.ts";

type Filter = (device: Device) => boolean;

/** `[[[domain]:]bus]:][slot][.[function]]` */
export function slotFilter(text: string): Filter | undefined {
  const [whole, domain, bus, slot, fn] =
    /^(?:(?:([0-9a-f]{1,4}|\*)?:)?([0-9a-f]{1,2}|\*)?:)?([0-9a-f]{1,2}|\*)?(?:\.([0-7]|\*)?)?$/i.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const same = (wanted: string | undefined, has: string) =>
    wanted === undefined || wanted === "*" || Number.parseInt(wanted, 16) === Number.parseInt(has, 16);
  return ({ address }) =>
    same(domain, address.slice(0, 4)) &&
    same(bus, address.slice(5, 7)) &&
    same(slot, address.slice(8, 10)) &&
    same(fn, address.slice(11));
}

/** `[vendor]:[device][:class]` */
export function idFilter(text: string): Filter | undefined {
  if (text === "") return () => true;
  const [whole, vendor, device, digits] =
    /^([0-9a-f]{1,4}|\*)?:([0-9a-f]{1,4}|\*)?(?::([0-9a-f]{2,4}|\*)?)?$/i.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const same = (wanted: string | undefined, has = "") =>
    wanted === undefined || wanted === "*" || wanted.toLowerCase().padStart(4, "0") === has;
  return (one) => {
    const [has, part] = one.id.split(":");
    return (
      same(vendor, has) &&
      same(device, part) &&
      (digits === undefined || digits === "*" || one.class.startsWith(digits.toLowerCase()))
    );
  };
}
