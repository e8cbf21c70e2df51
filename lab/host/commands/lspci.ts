import type { Answer, Command } from "../command.ts";
import type { Device } from "../machine/device.ts";
import { hostMachine } from "../machine/host-machine.ts";
import type { Kernel } from "../machine/kernel/kernel.ts";
import { classes, vendors } from "../machine/part.ts";
import { failed, parsed } from "./arguments.ts";
import { idFilter, slotFilter } from "./lspci-filters.ts";

const OPTIONS = {
  n: { type: "boolean", short: "n", multiple: true },
  k: { type: "boolean", short: "k" },
  v: { type: "boolean", short: "v", multiple: true },
  m: { type: "boolean", short: "m", multiple: true },
  D: { type: "boolean", short: "D" },
  q: { type: "boolean", short: "q", multiple: true },
  s: { type: "string", short: "s", default: "" },
  d: { type: "string", short: "d", default: "" },
} as const;

interface Look {
  readonly kernel: Kernel;
  readonly numbers: number;
  readonly drivers: boolean;
  readonly verbose: boolean;
  readonly domain: boolean;
}

export const lspci: Command = ({ host, argv }): Answer => {
  const kernel = hostMachine(host).kernel;
  const found = parsed("lspci", argv, OPTIONS);
  if (!found.ok) return found.answer;
  const { n = [], k = false, v = [], m = [], D = false, s, d } = found.values;
  const slot = slotFilter(s);
  const id = idFilter(d);
  if (!slot) return failed(`lspci: -s: Invalid slot number`);
  if (!id) return failed(`lspci: -d: Invalid vendor ID`);
  if (!kernel) return {};
  const look = { kernel, numbers: n.length, drivers: k, verbose: v.length > 0, domain: D };
  const show = m.length === 0 ? (look.verbose ? inFull : inShort) : v.length > 0 ? asRecord : asWords;
  return {
    stdout: kernel.bus.devices
      .filter((device) => slot(device) && id(device))
      .map((device) => show(look, device))
      .join(""),
  };
};

const place = ({ domain }: Look, { address }: Device) => (domain ? address : address.slice(5));
const revision = ({ revision: number = 0 }: Device) => (number === 0 ? "" : number.toString(16).padStart(2, "0"));
const interfaced = ({ class: digits }: Device) => digits.slice(4);

/** What a class, a vendor or a device is called, and its number if it is asked for. */
function called(numbers: number, name: string | undefined, number: string, none: string): string {
  if (numbers === 1) return number;
  const word = name ?? (numbers === 0 ? `${none} ${number}` : none);
  return numbers === 0 ? word : `${word} [${number}]`;
}

const classOf = ({ numbers }: Look, { class: digits }: Device) =>
  called(numbers, classes[digits.slice(0, 4)], digits.slice(0, 4), "Class");
const vendorOf = (numbers: number, id: string) => called(numbers, vendors[id.slice(0, 4)], id.slice(0, 4), "Vendor");
const partOf = (numbers: number, id: string, name: string | undefined) => called(numbers, name, id.slice(5), "Device");

/** Vendor and device in one, as a line has them. */
function both(numbers: number, id: string, name: string | undefined): string {
  if (numbers === 1) return id;
  const vendor = vendors[id.slice(0, 4)];
  const words =
    vendor === undefined
      ? `Device${numbers === 0 ? ` ${id}` : ""}`
      : `${vendor} ${name ?? (numbers === 0 ? `Device ${id.slice(5)}` : "Device")}`;
  return numbers === 0 ? words : `${words} [${id}]`;
}

function head(look: Look, device: Device): string {
  const { numbers } = look;
  const kind = numbers === 1 ? device.class.slice(0, 4) : classOf(look, device);
  const rev = revision(device);
  const name = vendors[device.id.slice(0, 4)] === undefined ? undefined : device.name;
  return `${place(look, device)} ${kind}: ${both(numbers, device.id, name)}${rev === "" ? "" : ` (rev ${rev})`}`;
}

const subsystem = ({ numbers }: Look, { subsystem: id }: Device): string =>
  id === undefined ? "" : `\tSubsystem: ${both(numbers, id, undefined)}\n`;

function drivers({ kernel }: Look, { address, modules = [] }: Device): string {
  const driver = kernel.bus.driverOf(address);
  const named = modules.filter((name) => name !== "pcieport" && name !== "virtio_pci");
  return `${driver === undefined ? "" : `\tKernel driver in use: ${driver}\n`}${named.length === 0 ? "" : `\tKernel modules: ${named.join(", ")}\n`}`;
}

const inShort = (look: Look, device: Device): string =>
  `${head(look, device)}\n${look.drivers ? subsystem(look, device) + drivers(look, device) : ""}`;

const INTERFACES: Readonly<Record<string, string>> = {
  "010601": "AHCI 1.0",
  "010802": "NVM Express",
  "030000": "VGA controller",
  "060400": "Normal decode",
  "0c0320": "EHCI",
  "0c0330": "XHCI",
};

function inFull(look: Look, device: Device): string {
  const { kernel } = look;
  const kind = INTERFACES[device.class];
  const group = kernel.groups.get(device.address);
  const flags = ["bus master", "fast devsel", "latency 0", ...(group === undefined ? [] : [`IOMMU group ${group}`])];
  const shown = kind === undefined ? "" : ` (prog-if ${device.class.slice(4)} [${kind}])`;
  return `${head(look, device)}${shown}\n${subsystem(look, device)}\tFlags: ${flags.join(", ")}\n${drivers(look, device)}\n`;
}

function asWords(look: Look, device: Device): string {
  const { numbers } = look;
  const [rev, kind] = [revision(device), interfaced(device)];
  const own =
    device.subsystem === undefined
      ? ["", ""]
      : [vendorOf(numbers, device.subsystem), partOf(numbers, device.subsystem, undefined)];
  const words = [classOf(look, device), vendorOf(numbers, device.id), partOf(numbers, device.id, device.name)].map(
    (word) => `"${word}"`,
  );
  return `${place(look, device)} ${words.join(" ")}${rev === "" ? "" : ` -r${rev}`} -p${kind} ${own.map((word) => `"${word}"`).join(" ")}\n`;
}

function asRecord(look: Look, device: Device): string {
  const { numbers, kernel } = look;
  const group = kernel.groups.get(device.address);
  const driver = kernel.bus.driverOf(device.address);
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ["Slot", place(look, device)],
    ["Class", classOf(look, device)],
    ["Vendor", vendorOf(numbers, device.id)],
    ["Device", partOf(numbers, device.id, device.name)],
    ["SVendor", device.subsystem && vendorOf(numbers, device.subsystem)],
    ["SDevice", device.subsystem && partOf(numbers, device.subsystem, undefined)],
    ["Rev", revision(device) || undefined],
    ["ProgIf", interfaced(device)],
    ...(look.drivers
      ? [["Driver", driver] as const, ...(device.modules ?? []).map((name) => ["Module", name] as const)]
      : []),
    ["IOMMUGroup", group === undefined ? undefined : String(group)],
  ];
  return `${pairs.flatMap(([name, value]) => (value === undefined ? [] : `${name}:\t${value}\n`)).join("")}\n`;
}
