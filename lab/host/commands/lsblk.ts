import type { Answer, Command } from "../command.ts";
import type { Host } from "../host.ts";
import { ESP } from "../machine/boot/fresh.ts";
import { disksOf } from "../machine/storage.ts";
import { failed, notHere, parsed } from "./arguments.ts";

interface Block {
  readonly columns: Readonly<Record<string, string | null>>;
  readonly children: readonly Block[];
}

const UNITS = ["B", "K", "M", "G", "T"];

/** As lsblk shortens sizes. */
function short(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const number = bytes / 2 ** (10 * unit);
  return `${Number.isInteger(number) ? number : number.toFixed(1)}${UNITS[unit]}`;
}

function blocksOf(host: Host, inBytes: boolean): readonly Block[] {
  const { disks, mapped } = disksOf(host.node.machine);
  const block = (
    name: string,
    type: string,
    bytes: number,
    more: Readonly<Record<string, string | undefined>>,
    children: readonly Block[],
  ): Block => ({
    columns: {
      name,
      kname: name,
      path: type === "lvm" ? `/dev/mapper/${name}` : `/dev/${name}`,
      pkname: more["pkname"] ?? null,
      "maj:min": "259:0",
      rm: "0",
      size: inBytes ? String(bytes) : short(bytes),
      ro: "0",
      type,
      fstype: more["fstype"] ?? null,
      uuid: more["uuid"] ?? null,
      mountpoint: more["mountpoint"] ?? null,
      mountpoints: more["mountpoint"] ?? null,
      parttype: more["parttype"] ?? null,
      model: type === "disk" ? "LAB DISK" : null,
      serial: type === "disk" ? `LAB${name.toUpperCase()}` : null,
      tran: type === "disk" && name.startsWith("nvme") ? "nvme" : null,
    },
    children,
  });
  return disks.map(({ name, bytes, partitions }) =>
    block(
      name,
      "disk",
      bytes,
      {},
      partitions.map((part) => {
        const over = mapped.filter(({ on }) => on === part.name);
        const isEsp = part.fstype === "vfat";
        const more = {
          ...part,
          pkname: name,
          uuid: isEsp ? ESP : undefined,
          parttype: isEsp ? "c12a7328-f81f-11d2-ba4b-00a0c93ec93b" : undefined,
          bytes: undefined,
        };
        return block(
          part.name,
          "part",
          part.bytes,
          more,
          over.map((one) =>
            block(
              one.name,
              "lvm",
              one.bytes,
              { pkname: part.name, fstype: one.fstype, mountpoint: one.mountpoint },
              [],
            ),
          ),
        );
      }),
    ),
  );
}

const OPTIONS = {
  json: { type: "boolean", short: "J" },
  bytes: { type: "boolean", short: "b" },
  noheadings: { type: "boolean", short: "n" },
  list: { type: "boolean", short: "l" },
  nodeps: { type: "boolean", short: "d" },
  paths: { type: "boolean", short: "p" },
  raw: { type: "boolean", short: "r" },
  inverse: { type: "boolean", short: "s" },
  fs: { type: "boolean", short: "f" },
  output: { type: "string", short: "o", default: "NAME,MAJ:MIN,RM,SIZE,RO,TYPE,MOUNTPOINTS" },
} as const;

export const lsblk: Command = ({ host, argv }): Answer => {
  const found = parsed("lsblk", argv, OPTIONS);
  if (!found.ok) return found.answer;
  const { json, bytes, noheadings, list, nodeps, paths, raw, inverse, fs, output } = found.values;
  if (inverse) return notHere("lsblk", "--inverse");
  const columns = (fs ? "NAME,FSTYPE,UUID,MOUNTPOINTS" : output).split(",").map((word) => word.trim().toLowerCase());
  const all = blocksOf(host, bytes === true);
  const [unknown] = columns.filter((column) => !(column in (all[0]?.columns ?? {})));
  if (unknown !== undefined) return failed(`lsblk: unknown column: ${unknown.toUpperCase()}`);
  const [wanted] = found.positionals;
  const flat = (blocks: readonly Block[]): readonly Block[] => blocks.flatMap((one) => [one, ...flat(one.children)]);
  const chosen =
    wanted === undefined
      ? all
      : flat(all).filter(({ columns: { path, name } }) => path === wanted || name === wanted.replace("/dev/", ""));
  if (wanted !== undefined && chosen.length === 0) return failed(`lsblk: ${wanted}: not a block device`, 32);
  const value = (block: Block, column: string) =>
    (column === "name" && paths ? block.columns["path"] : block.columns[column]) ?? null;
  if (json) {
    const asJson = (block: Block): object => ({
      ...Object.fromEntries(
        columns.map((column) => [column, column === "mountpoints" ? [value(block, column)] : value(block, column)]),
      ),
      ...(block.children.length > 0 && !nodeps && !list ? { children: block.children.map(asJson) } : {}),
    });
    return { stdout: `${JSON.stringify({ blockdevices: (list ? flat(chosen) : chosen).map(asJson) }, null, 3)}\n` };
  }
  const branch = (depth: number, isLast: boolean) =>
    depth === 0 || list || raw ? "" : `${"  ".repeat(depth - 1)}${isLast ? "└─" : "├─"}`;
  const lines = (blocks: readonly Block[], depth: number): readonly (readonly string[])[] =>
    blocks.flatMap((block, n) => [
      columns.map(
        (column) => `${column === "name" ? branch(depth, n === blocks.length - 1) : ""}${value(block, column) ?? ""}`,
      ),
      ...(nodeps ? [] : lines(block.children, depth + 1)),
    ]);
  const rows = [...(noheadings ? [] : [columns.map((column) => column.toUpperCase())]), ...lines(chosen, 0)];
  const widths = columns.map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  return {
    stdout: rows
      .map(
        (row) =>
          `${row
            .map((word, n) => (raw ? word : word.padEnd(widths[n] ?? 0)))
            .join(" ")
            .trimEnd()}\n`,
      )
      .join(""),
  };
};
