import { placeWords } from "#providers/host/edit/origin.ts";
import { isSaidIn, textsIn } from "#providers/host/edit/parameter.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { type BootLoader, bootLoaderOf } from "#providers/passthrough/boot-loader.ts";
import { toldToGrub } from "#providers/passthrough/kernel-words.ts";
import { bad, type Check, type Diagnosis, good, untold } from "../check.ts";
import { loaderWords } from "../facts/loader-words.ts";
import { recordTroubles } from "../facts/record-troubles.ts";
import { type ToldWord, toldWords, untilThen } from "../facts/told-words.ts";
import { whose } from "../facts/whose.ts";
import type { Node } from "../hosts/node.ts";
import { headed } from "../table.ts";
import { type Changed, changedFiles } from "./changed-files.ts";

/** What a host boots by: its loader, what the kernel was told and will be, and what of that is ours. */
export function boot(facts: HostFacts, node: Node): Diagnosis {
  const loader = bootLoaderOf(facts);
  const words = toldWords(facts, loader);
  const files = changedFiles(facts);
  const rows = words.map((one) => [one.word, mark(one.running), mark(one.next), from(one)]);
  return {
    checks: [
      loaded(loader),
      ...counting(words, loader),
      ...unread(facts, loader),
      ...stale(words, node, loader),
      ...recordTroubles(facts),
    ],
    shown: [
      evidence(facts),
      headed(["the kernel's words", "now", "next", "from"], rows),
      ...files.map(changedWords),
    ].join(""),
    data: { loader, firmware: facts.firmware, words, files },
  };
}

const mark = (is: boolean): string => (is ? "yes" : "-");

const from = ({ at, next }: ToldWord): string => {
  if (at) return `${placeWords(at)}, ${whose(at)}`;
  return next ? "the boot loader" : "no file any more";
};

/** What tells which loader it is. */
function evidence({ firmware, said, files, programs }: HostFacts): string {
  const current = /^BootCurrent: ([0-9A-F]{4})/m.exec(said["efibootmgr"] ?? "")?.[1];
  const entry = (said["efibootmgr"] ?? "").split("\n").find((line) => current && line.startsWith(`Boot${current}`));
  const configured = (said["proxmox-boot-tool"] ?? "")
    .split("\n")
    .filter((line) => /booted with|configured with/.test(line));
  const lines = [
    `firmware: ${firmware === "uefi" ? "UEFI" : "BIOS"}`,
    ...(entry ? [`the firmware started ${entry.replace(/^Boot[0-9A-F]{4}\*? */, "").replaceAll("\t", " ")}`] : []),
    files["/etc/kernel/proxmox-boot-uuids"]?.trim()
      ? "proxmox-boot-tool fills its boot partitions (/etc/kernel/proxmox-boot-uuids)"
      : "proxmox-boot-tool fills no partition",
    ...configured.map((line) => `proxmox-boot-tool: ${line.trim()}`),
    ...(programs.includes("update-grub") ? ["update-grub is there"] : []),
  ];
  return lines.map((line) => `    ${line}\n`).join("");
}

const loaded = (loader: BootLoader): Check =>
  loader.is === "unknown"
    ? untold(
        `which boot loader it has cannot be told: ${loader.why}`,
        "look at `proxmox-boot-tool status` and `efibootmgr -v` there",
      )
    : good(`it boots by ${loaderWords(loader)}`);

function counting(words: readonly ToldWord[], loader: BootLoader): Check[] {
  const waiting = untilThen(words);
  if (waiting.length === 0) return [good("what its files say is what its kernel runs with")];
  // What its boot partitions have is not read here.
  const first = loader.is === "grub" && !loader.byTool ? "" : "see that proxmox-boot-tool refresh ran since, and ";
  return waiting.map((what) => bad(`${what}, until it starts again`, `${first}reboot it`));
}

/** Lines by which a shell decides what GRUB is told. */
function unread(facts: HostFacts, loader: BootLoader): Check[] {
  if (loader.is !== "grub") return [];
  const { unsure } = toldToGrub(facts, "");
  return unsure.map((at) => untold(`${placeWords(at)} is decided by a shell: what GRUB gets by it is not told here`));
}

/** What was edited and never built into the menu. */
function stale(words: readonly ToldWord[], { grubEntry }: Node, loader: BootLoader): Check[] {
  if (loader.is !== "grub" || loader.byTool || grubEntry === undefined) return [];
  const built = textsIn(grubEntry);
  const missing = words.filter(({ word, at, next }) => next && at && !isSaidIn(built, word));
  if (missing.length === 0) return [];
  return [bad(`GRUB's menu does not have ${missing.map(({ word }) => word).join(" ")} yet`, "run update-grub there")];
}

const changedWords = ({ path, ours, lines }: Changed): string =>
  `  ${path}, ${ours.map((name) => `pve-ops ${name}`).join(" and ")}\n${lines.map((line) => `    ${line}\n`).join("")}`;
