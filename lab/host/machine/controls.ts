import type { ControlHandler, Errno, Refusal } from "../controls.ts";
import { hostMachine } from "./host-machine.ts";
import type { Kernel } from "./kernel/kernel.ts";
import { pciId } from "./kernel/pci-ids.ts";

type Write = (kernel: Kernel, named: string, text: string) => Errno | undefined;

const trimmed = (text: string) => text.trim();

/** Numbers in hex, as `new_id` takes them. */
const given = (text: string) => pciId(text.trim().split(/\s+/));

/** Whether a text is a number that is not 0, as the kernel reads a switch. */
const isOn = (text: string): boolean | undefined => {
  const number = /^(?:0x[0-9a-f]+|\d+)$/i.test(trimmed(text)) ? Number(trimmed(text)) : Number.NaN;
  return Number.isNaN(number) ? undefined : number !== 0;
};

function switched(text: string, act: () => void): Errno | undefined {
  const on = isOn(text);
  if (on === undefined) return "EINVAL";
  if (on) act();
  return undefined;
}

/** A driver's control files. */
const ofDriver: Readonly<Record<string, Write>> = {
  bind: ({ bus }, driver, text) => bus.bind(driver, trimmed(text)),
  unbind: ({ bus }, driver, text) => bus.unbind(driver, trimmed(text)),
  new_id: ({ bus }, driver, text) => {
    const id = given(text);
    return id ? bus.newId(driver, id) : "EINVAL";
  },
  remove_id: ({ bus }, driver, text) => {
    const id = given(text);
    return id ? bus.removeId(driver, id) : "EINVAL";
  },
  uevent: () => undefined,
};

const LONGEST = 4095;

/** A device's control files. */
const ofDevice: Readonly<Record<string, Write>> = {
  driver_override: ({ bus }, address, text) => {
    if (text.length >= LONGEST) return "EINVAL";
    bus.override(address, text.replace(/\n$/, ""));
    return undefined;
  },
  remove: ({ bus }, address, text) => switched(text, () => bus.remove(address)),
  rescan: ({ bus }, _, text) => switched(text, () => bus.rescan()),
  reset: (_, __, text) => switched(text, () => {}),
};

const ofBus: Readonly<Record<string, Write>> = {
  drivers_probe: ({ bus }, _, text) => bus.probe(trimmed(text)),
  rescan: ({ bus }, _, text) => switched(text, () => bus.rescan()),
};

/** What the text console can be bound to: to bind it to the one is to take it off the other. */
const ofConsole: Readonly<Record<string, (kernel: Kernel, on: boolean) => void>> = {
  vtcon0: (kernel, on) => kernel.draw(!on),
  vtcon1: (kernel, on) => kernel.draw(on),
};

const CONSOLE = /^\/sys\/class\/vtconsole\/([^/]+)\/bind$/;

function bindConsole(kernel: Kernel, name: string, text: string): Errno | undefined {
  const on = isOn(text);
  if (on === undefined) return "EINVAL";
  ofConsole[name]?.(kernel, on);
  return undefined;
}

function isBound({ console, frame }: Kernel, name: string): boolean {
  const isDrawn = frame !== undefined && console !== undefined;
  return name === "vtcon1" ? isDrawn : !isDrawn;
}

const PLACE = /^\/sys\/bus\/pci\/(?:(drivers|devices)\/([^/]+)\/)?([^/]+)$/;

function writerOf(path: string): { write: Write; named: string; kind: string } | undefined {
  const [, kind = "bus", named = "", file = ""] = PLACE.exec(path) ?? [];
  const table = kind === "drivers" ? ofDriver : kind === "devices" ? ofDevice : ofBus;
  const write = Object.hasOwn(table, file) ? table[file] : undefined;
  return write && { write, named, kind };
}

const refusal = (errno: Errno | undefined): Refusal | undefined => errno && { errno };

/** The control files of a host's sysfs, of the PCI bus and of the console, with the kernel's own rules and refusals. */
export const controls: ControlHandler = {
  read(host, path): string | Refusal {
    const kernel = hostMachine(host).kernel;
    const [, console] = CONSOLE.exec(path) ?? [];
    if (kernel && console !== undefined) return `${Number(isBound(kernel, console))}\n`;
    const [, kind, address = "", file] = PLACE.exec(path) ?? [];
    if (!kernel || kind !== "devices" || !kernel.bus.device(address)) return { errno: "ENODEV" };
    return file === "driver_override" ? `${kernel.bus.overrideOf(address) ?? "(null)"}\n` : { errno: "EACCES" };
  },
  write(host, path, text): Refusal | undefined {
    const kernel = hostMachine(host).kernel;
    const [, console] = CONSOLE.exec(path) ?? [];
    if (kernel && console !== undefined) return refusal(bindConsole(kernel, console, text));
    const found = writerOf(path);
    if (!kernel || !found) return { errno: "ENODEV" };
    if (found.kind === "devices" && !kernel.bus.device(found.named)) return { errno: "ENODEV" };
    if (found.kind === "drivers" && !kernel.bus.drivers.includes(found.named)) return { errno: "ENODEV" };
    return refusal(found.write(kernel, found.named, text));
  },
};
