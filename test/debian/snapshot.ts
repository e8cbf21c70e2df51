import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { DebianHost } from "./host.ts";

interface Entry {
  readonly kind: string;
  /** Of a file a hash, of a link where it points. */
  readonly bytes: string;
  readonly mode: string;
  readonly owner: string;
  /** ACLs are among them. */
  readonly attributes: string;
}

export type Snapshot = ReadonlyMap<string, Entry>;

// What every login, run and look leaves.
const LOGS = /^\/var\/log(\/|$)/;

/** Every path of a host, and what stands there; not what is mounted, no times and no logs. */
export async function snapshot(host: DebianHost): Promise<Snapshot> {
  const attributes = await attributesOf(host);
  const entries = new Map<string, Entry>();
  const walk = (path: string) => {
    if (LOGS.test(path)) return;
    const place = host.path(path);
    const stats = lstatSync(place);
    const { mode, uid, gid } = stats;
    entries.set(path, {
      ...content(place, stats),
      mode: (mode & 0o7777).toString(8),
      owner: `${uid}:${gid}`,
      attributes: attributes.get(path) ?? "",
    });
    if (stats.isDirectory()) for (const name of readdirSync(place)) walk(join(path, name));
  };
  walk("/");
  return entries;
}

function content(place: string, stats: Stats): Pick<Entry, "kind" | "bytes"> {
  if (stats.isFile()) return { kind: "file", bytes: createHash("sha256").update(readFileSync(place)).digest("hex") };
  if (stats.isSymbolicLink()) return { kind: "link", bytes: readlinkSync(place) };
  return { kind: stats.isDirectory() ? "folder" : "other", bytes: "" };
}

async function attributesOf(host: DebianHost): Promise<Map<string, string>> {
  const { code, stdout, stderr } = await host.run(
    "getfattr --recursive --physical --no-dereference --absolute-names --dump --match=- --encoding=hex " +
      "/boot /etc /home /opt /root /srv /usr/local /var",
  );
  if (code !== 0) throw new Error(`reading the extended attributes of ${host.name}: exit ${code}\n${stderr}`);
  const files = stdout.split("\n\n").map((block) => block.split("\n"));
  return new Map(files.map(([file = "", ...lines]) => [file.replace("# file: ", ""), lines.toSorted().join(" ")]));
}

/** What is different, a line each, sorted by path; paths like those are left out. */
export function differences(before: Snapshot, after: Snapshot, but: readonly RegExp[] = []): string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return paths
    .filter((path) => !but.some((pattern) => pattern.test(path)))
    .flatMap((path) => change(before.get(path), after.get(path)).map((what) => `${path}: ${what}`));
}

function change(before: Entry | undefined, after: Entry | undefined): string[] {
  if (!before || !after) return [after ? "new" : "gone"];
  const { kind, bytes, mode, owner, attributes } = after;
  if (before.kind !== kind) return [`${before.kind}, now ${kind}`];
  return [
    ...(before.bytes === bytes ? [] : ["other bytes"]),
    ...(before.mode === mode ? [] : [`mode ${before.mode}, now ${mode}`]),
    ...(before.owner === owner ? [] : [`owner ${before.owner}, now ${owner}`]),
    ...(before.attributes === attributes ? [] : [`attributes ${before.attributes}, now ${attributes}`]),
  ];
}
