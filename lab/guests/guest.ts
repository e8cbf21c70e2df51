import { createHash } from "node:crypto";
import { decoded, encoded } from "../encoded-text.ts";

export type GuestType = "qemu" | "lxc";

/** A virtual machine or a container, and where it is. */
export interface Guest {
  readonly vmid: number;
  readonly type: GuestType;
  node: string;
  readonly config: GuestConfig;
  /** When it was started, in seconds since 1970; none while it is stopped. */
  startedAt: number | undefined;
}

/** What a guest's file in `/etc/pve` holds. */
export interface GuestConfig {
  readonly values: Map<string, string>;
  /** What waits for the guest to stop. */
  readonly pending: Map<string, string>;
  /** What is going to be taken out then, and whether its disk goes with it. */
  readonly dropped: Map<string, { readonly force: boolean }>;
  readonly snapshots: Map<string, Map<string, string>>;
  /** Lines that go to LXC as they are. */
  readonly raw: string[];
}

export const newConfig = (values: Iterable<readonly [string, string]> = []): GuestConfig => ({
  values: new Map(values),
  pending: new Map(),
  dropped: new Map(),
  snapshots: new Map(),
  raw: [],
});

const FOLDERS: Readonly<Record<GuestType, string>> = { qemu: "qemu-server", lxc: "lxc" };

/** Where its file is, below `/etc/pve`. */
export const configPath = ({ node, type, vmid }: Pick<Guest, "node" | "type" | "vmid">): string =>
  `nodes/${node}/${FOLDERS[type]}/${vmid}.conf`;

/** The file's text, byte for byte as PVE writes it. */
export function printConfig({ values, pending, dropped, snapshots, raw }: GuestConfig): string {
  const waiting = new Map(pending);
  if (dropped.size > 0) waiting.set("delete", printDropped(dropped));
  return [
    printSection(values) + raw.map((line) => `${line}\n`).join(""),
    ...(waiting.size > 0 ? [`[PENDING]\n${printSection(waiting)}`] : []),
    ...sorted(snapshots).map(([name, snapshot]) => `[${name}]\n${printSection(snapshot)}`),
  ].join("\n");
}

function printSection(values: ReadonlyMap<string, string>): string {
  const description = values.get("description");
  const comment = description ? description.replace(/\n+$/, "").split("\n") : [];
  const lines = sorted(values).filter(([key]) => key !== "description");
  return [...comment.map((line) => `#${encoded(line)}\n`), ...lines.map(([key, value]) => `${key}: ${value}\n`)].join(
    "",
  );
}

const printDropped = (dropped: GuestConfig["dropped"]): string =>
  sorted(dropped)
    .map(([key, { force }]) => `${force ? "!" : ""}${key}`)
    .join(",");

/** Reads the text of a guest's file. A line that means nothing is passed over, as PVE does. */
export function parseConfig(text: string): GuestConfig {
  const config = newConfig();
  let section = config.values;
  for (const line of text.split("\n")) {
    const name = /^\[([^\]]+)\]\s*$/.exec(line)?.[1];
    const [, key, value] = /^([a-z][a-z_-]*\d*):\s*(.+?)\s*$/.exec(line) ?? [];
    if (name !== undefined) {
      section = name.toUpperCase() === "PENDING" ? config.pending : new Map();
      if (section !== config.pending) config.snapshots.set(name, section);
    } else if (line.startsWith("#")) {
      const before = section.get("description");
      section.set("description", `${before === undefined ? "" : `${before}\n`}${decoded(line.slice(1))}`);
    } else if (/^lxc\./.test(line)) config.raw.push(line);
    else if (key === "delete" && value !== undefined && section === config.pending)
      for (const [dropped, how] of parseDropped(value)) config.dropped.set(dropped, how);
    else if (key !== undefined && value !== undefined) section.set(key, key === "description" ? decoded(value) : value);
  }
  return config;
}

const parseDropped = (text: string) =>
  text
    .split(/[,;\s]+/)
    .filter((item) => item !== "")
    .map((item) => [item.replace(/^!/, ""), { force: item.startsWith("!") }] as const);

/** What a client gives back to say which state it wants to change. */
export const digestOf = (config: GuestConfig): string => createHash("sha1").update(printConfig(config)).digest("hex");

const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
