import { Trouble } from "../core/trouble.ts";
import { HostFacts, type HostFile, type PciDevice } from "./host-facts.ts";

const NO_FACTS = "what it told of itself makes no sense";

/** The facts in what the facts program printed; `where` is the host's name. */
export function factsIn(lines: readonly string[], where: string): HostFacts {
  const found = Map.groupBy(
    lines.filter((line) => line !== "").map((line) => line.split(" ")),
    ([kind = ""]) => kind,
  );
  const rows = (kind: string) => (found.get(kind) ?? []).map(([, ...words]) => words);
  const one = (kind: string) => wordIn(rows(kind)[0]?.[0]);
  const parsed = HostFacts.safeParse({
    bootId: one("boot"),
    cmdline: one("cmdline"),
    kernel: one("kernel"),
    cpu: one("cpu"),
    firmware: one("firmware"),
    programs: rows("has").map(([name]) => wordIn(name)),
    said: Object.fromEntries(rows("said").map(([name, code, text]) => [wordIn(name), saidIn(code, text)])),
    devices: devicesIn(rows),
    files: Object.fromEntries(rows("file").map(([path, ...words]) => [wordIn(path), fileIn(words)])),
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

const saidIn = (code: string | undefined, text: string | undefined) => ({ code: Number(code), text: wordIn(text) });

const fileIn = ([mode = "", uid, gid, link, text = ""]: readonly string[]): HostFile => ({
  mode,
  uid: Number(uid),
  gid: Number(gid),
  link: link === "link",
  text: Buffer.from(text, "base64").toString("latin1"),
});

function devicesIn(rows: (kind: string) => string[][]): PciDevice[] {
  const links = (kind: string) =>
    new Map(rows(kind).map(([from, to]) => [lastOf(wordIn(from)), lastOf(wordIn(to))] as const));
  const [drivers, groups, names] = [links("driver"), links("iommu_group"), namesIn(rows("said"))];
  return rows("pci").map(([place, vendor, device, kind = "", subVendor, subDevice, , bootVga]) => {
    const address = wordIn(place);
    const group = groups.get(address);
    return {
      address,
      id: `${hex(vendor)}:${hex(device)}`,
      subsystem: `${hex(subVendor)}:${hex(subDevice)}`,
      class: hex(kind),
      bootVga: bootVga === "-" ? undefined : bootVga === "1",
      driver: drivers.get(address),
      group: group === undefined ? undefined : Number(group),
      name: names.get(address),
    };
  });
}

/** `lspci -Dmm`: the address, then quoted class, vendor and device. */
function namesIn(said: string[][]): Map<string, string> {
  const text = wordIn(said.find(([name]) => wordIn(name) === "lspci")?.[2]);
  const lines = [...text.matchAll(/^(\S+) "[^"]*" "([^"]*)" "([^"]*)"/gm)];
  return new Map(lines.map(([, address = "", vendor, device]) => [address, `${vendor} ${device}`]));
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const hex = (text = ""): string => text.replace(/^0x/, "").toLowerCase();
