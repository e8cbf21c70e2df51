import type { Answer, Command } from "../command.ts";
import { mountedOn } from "../machine/mounted.ts";
import { notHere, parsed } from "./arguments.ts";

const FIND = {
  json: { type: "boolean", short: "J" },
  noheadings: { type: "boolean", short: "n" },
  output: { type: "string", short: "o", default: "TARGET,SOURCE,FSTYPE" },
  target: { type: "string", short: "T" },
  mountpoint: { type: "string", short: "M" },
  first: { type: "boolean", short: "f" },
  evaluate: { type: "boolean", short: "e" },
  raw: { type: "boolean", short: "r" },
} as const;

export const findmnt: Command = ({ host, argv }): Answer => {
  const found = parsed("findmnt", argv, FIND);
  if (!found.ok) return found.answer;
  const { json, noheadings, output, target, mountpoint } = found.values;
  const exact = mountpoint ?? found.positionals[0];
  const all = mountedOn(host.node.machine);
  const holding =
    target === undefined
      ? undefined
      : all
          .filter(({ at }) => `${target}/`.startsWith(at === "/" ? "/" : `${at}/`))
          .toSorted((a, b) => b.at.length - a.at.length)[0];
  const chosen = holding
    ? [holding]
    : all.filter(({ at, source }) => exact === undefined || at === exact || source === exact);
  if (chosen.length === 0) return { code: 1 };
  const columns = output.split(",").map((word) => word.trim().toLowerCase());
  const row = ({ at, source, type, options }: (typeof all)[number]) =>
    columns.map((column) => ({ target: at, source, fstype: type, options })[column] ?? "");
  if (json)
    return {
      stdout: `${JSON.stringify({ filesystems: chosen.map((one) => Object.fromEntries(row(one).map((word, n) => [columns[n], word]))) }, null, 3)}\n`,
    };
  const rows = [...(noheadings ? [] : [columns.map((column) => column.toUpperCase())]), ...chosen.map(row)];
  return { stdout: rows.map((words) => `${words.join(" ").trimEnd()}\n`).join("") };
};

export const grubProbe: Command = ({ host, argv }): Answer => {
  const { root } = host.node.machine;
  const wanted =
    argv
      .map((word, n) => (word.startsWith("--target=") ? word.slice(9) : word === "-t" ? argv[n + 1] : undefined))
      .find(Boolean) ?? "fs";
  const answers: Readonly<Record<string, string>> =
    root === "zfs"
      ? { fs: "zfs", device: "/dev/nvme0n1p3", fs_label: "rpool/ROOT/pve-1", fs_uuid: "1f6e2c4f0a1b2c3d" }
      : { fs: "ext2", device: "/dev/mapper/pve-root", fs_label: "", fs_uuid: "0b8f5b6e-8c7a-4a57-9f0f-2d5b8e6f7a11" };
  const answer = answers[wanted];
  return answer === undefined ? notHere("grub-probe", `--target=${wanted}`) : { stdout: `${answer}\n` };
};
