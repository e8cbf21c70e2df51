import { Trouble } from "#providers/core/trouble.ts";
import { wordIn } from "#providers/host/read-facts.ts";
import type { Shell } from "#providers/host/ssh/shell.ts";
import { NODE } from "./node-program.ts";

/** What an operator wants to know of a node, and no resource goes by. */
export interface Node {
  /** As it calls itself. */
  readonly name: string;
  /** Of Proxmox VE; none where it is not installed. */
  readonly version: string | undefined;
  /** None where that could not be told. */
  readonly clustered: boolean | undefined;
  readonly maintenance: boolean | undefined;
  /** Those that are installed, the newest last. */
  readonly kernels: readonly string[];
  /** The words of the first entry in GRUB's menu. */
  readonly grubEntry: string | undefined;
  /** Some package's installation asked for a reboot. */
  readonly rebootRequired: boolean;
  /** What the kernel said of IOMMU and vfio; empty where its first words are gone. */
  readonly messages: readonly string[];
  /** By a PCI device's address, those of the bridges that it is behind, the outermost first. */
  readonly above: Readonly<Record<string, readonly string[]>>;
}

/** Asks a node. */
export async function nodeAt(shell: Shell): Promise<Node> {
  const { stdout } = await shell.run(NODE, "", { repeatable: true });
  return nodeIn(stdout.toString("latin1").split("\n"), shell.name);
}

/** What the program printed. */
export function nodeIn(lines: readonly string[], where: string): Node {
  const rows = lines.map((line) => line.split(" "));
  const words = (kind: string) => rows.filter(([first]) => first === kind).map(([, ...rest]) => rest.map(wordIn));
  const said = new Map(words("said").map(([name = "", text = ""]) => [name, text]));
  const one = (kind: string) => words(kind)[0]?.[0]?.trim() || undefined;
  if (words("end").length === 0)
    throw new Trouble({
      doing: `asking ${where} how it is`,
      came: "it stopped in the middle",
      next: "Run it again; if it stays, look whether a profile on the host prints text for commands",
    });
  const name = one("name")?.split(".")[0] ?? where;
  return {
    name,
    version: /^\d[\w.~+-]*$/.exec(said.get("version") ?? "")?.[0],
    clustered: { yes: true, no: false }[one("clustered") ?? ""],
    maintenance: maintenanceIn(said.get("ha"), name),
    kernels: words("kernel")
      .map(([kernel = ""]) => kernel)
      .toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })),
    grubEntry: said.get("grub")?.trim() || undefined,
    rebootRequired: words("required").length > 0,
    messages: (said.get("dmesg") ?? "").split("\n").filter(Boolean),
    above: Object.fromEntries(words("at").map(([address = "", place = ""]) => [address, bridgesIn(place)])),
  };
}

/** `ha-manager status` has a line for each node that the HA manager knows. */
function maintenanceIn(status: string | undefined, name: string): boolean | undefined {
  if (status === undefined || !/^quorum /m.test(status)) return undefined;
  return status.split("\n").some((line) => line.startsWith(`lrm ${name} (maintenance mode`));
}

/** `../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0` */
const bridgesIn = (place: string): string[] =>
  [...place.matchAll(/[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]/g)].map(([address]) => address).slice(0, -1);
