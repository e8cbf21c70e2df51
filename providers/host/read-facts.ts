import { Trouble } from "../core/trouble.ts";
import { HostFacts, type PciDevice } from "./host-facts.ts";
import { disksOf, pooledIn, usesOf } from "./uses.ts";

const NO_FACTS = "what it told of itself makes no sense";

/** The facts in what the facts program printed; `where` is the host's name. */
export function factsIn(lines: readonly string[], where: string): HostFacts {
  const found = Map.groupBy(
    lines.filter((line) => line !== "").map((line) => line.split(" ")),
    ([kind = ""]) => kind,
  );
  const rows = (kind: string) => (found.get(kind) ?? []).map(([, ...words]) => words);
  const one = (kind: string) => wordIn(rows(kind)[0]?.[0]);
  const said = Object.fromEntries(rows("said").map(([name, text]) => [wordIn(name), wordIn(text)]));
  const lies = rows("lies").map(([name, place]) => [wordIn(name), wordIn(place)] as const);
  const late = rows("late").map(([what]) => wordIn(what));
  const parsed = HostFacts.safeParse({
    cmdline: one("cmdline"),
    kernel: one("kernel"),
    bootId: one("boot"),
    cpu: one("cpu"),
    firmware: one("firmware"),
    programs: rows("has").map(([name]) => wordIn(name)),
    said,
    late,
    devices: devicesIn(rows),
    iommu: {
      offered: found.has("acpi"),
      on: found.has("iommu"),
      remaps: found.has("iommu") ? remapsIn(said["dmesg"]) : undefined,
    },
    uses: usesOf(
      lies,
      // Where the pools do not tell what they are on, any disk may be theirs.
      [
        ...rows("taken").map(([place]) => wordIn(place)),
        ...(late.includes("zpool") ? disksOf(lies) : pooledIn(said["zpool"] ?? "")),
      ],
    ),
    guests: rows("guest").map(([vmid, kind]) => ({ vmid: Number(wordIn(vmid)), kind: wordIn(kind) })),
    files: Object.fromEntries(rows("file").map(([path, text]) => [wordIn(path), wordIn(text)])),
    folders: rows("folder").map(([path]) => wordIn(path)),
    odd: rows("odd").map(([path]) => wordIn(path)),
  });
  if (parsed.success && found.has("end")) return parsed.data;
  throw new Trouble({
    doing: `reading what ${where} is`,
    came: found.has("end") ? NO_FACTS : "it stopped in the middle",
    next: "Run it again; if it stays, look whether a profile on the host prints text for commands, or its disk is full",
    details: parsed.success ? lines.slice(-5).join("\n") : parsed.error.message,
  });
}

/** A word as it was: behind a colon as it is, behind a percent sign in base64. Binary text. */
export function wordIn(word = ""): string {
  return word.startsWith("%") ? Buffer.from(word.slice(1), "base64").toString("latin1") : word.slice(1);
}

function devicesIn(rows: (kind: string) => string[][]): PciDevice[] {
  const links = (kind: string) =>
    new Map(rows(kind).map(([from, to]) => [lastOf(wordIn(from)), lastOf(wordIn(to))] as const));
  const [drivers, groups, names] = [links("driver"), links("iommu_group"), namesIn(rows("said"))];
  return rows("pci").map(([place, vendor, device, kind, bootVga]) => {
    const address = wordIn(place);
    const group = groups.get(address);
    return {
      address,
      id: `${hex(vendor)}:${hex(device)}`,
      class: hex(kind),
      bootVga: bootVga === "-" ? undefined : bootVga === "1",
      driver: drivers.get(address),
      group: group === undefined ? undefined : Number(group),
      name: names.get(address),
    };
  });
}

/** `lspci -Dmm`: the address, then quoted class, vendor and device; a backslash stands before a quote in one. */
function namesIn(said: string[][]): Map<string, string> {
  const text = wordIn(said.find(([name]) => wordIn(name) === "lspci")?.[1]);
  const quoted = String.raw`"((?:[^"\\\n]|\\.)*)"`;
  const lines = [...text.matchAll(new RegExp(String.raw`^(\S+) ${quoted} ${quoted} ${quoted}`, "gm"))];
  return new Map(
    lines.map(([, address = "", , vendor, device]) => [address, `${vendor} ${device}`.replaceAll(/\\(.)/g, "$1")]),
  );
}

/** The kernel says it once, when it starts: where those words are gone, nobody can tell. */
function remapsIn(dmesg = ""): boolean | undefined {
  if (/Enabled IRQ remapping|Interrupt remapping enabled/i.test(dmesg)) return true;
  return dmesg.includes("Linux version") ? false : undefined;
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const hex = (text = ""): string => text.replace(/^0x/, "").toLowerCase();
