import { type GrubWords, grubWords } from "../host/edit/grub.ts";
import type { Place } from "../host/edit/origin.ts";
import { ownerIn } from "../host/edit/owned.ts";
import { keyOf, wordsOf } from "../host/edit/parameter.ts";
import type { HostFacts } from "../host/host-facts.ts";
import { journalIn } from "../host/journal.ts";
import type { BootLoader } from "./boot-loader.ts";

/** Where systemd-boot's words stand: on the first line alone. */
export const CMDLINE = "/etc/kernel/cmdline";

/** The modules that a word for the kernel keeps from being loaded. */
export const keptOffIn = (word: string): string[] =>
  /^(?:module_blacklist|modprobe\.blacklist)$/.test(keyOf(word))
    ? word
        .slice(word.indexOf("=") + 1)
        .replaceAll('"', "")
        .replaceAll("-", "_")
        .split(",")
    : [];

/** What files have the kernel told at its next start, without those of the resource `but`; none where none can tell. */
export function wordsInFiles(host: HostFacts, loader: BootLoader, but = ""): GrubWords["words"] {
  if (loader.is === "grub") return toldToGrub(host, but).words;
  return loader.is === "systemd-boot" ? onFirstLine(host, but) : [];
}

/** What others than the resource `name` have GRUB tell the kernel. */
export function toldToGrub({ files }: HostFacts, name: string): GrubWords {
  const all = Object.entries(files)
    .filter(([path]) => path === "/etc/default/grub" || path.startsWith("/etc/default/grub.d/"))
    .map(([path, text]) => ({ path, text }))
    .filter(({ text }) => ownerIn(text) !== name);
  return grubWords(all);
}

function onFirstLine(host: HostFacts, but: string): GrubWords["words"] {
  const [line = ""] = (host.files[CMDLINE] ?? "").split("\n", 1);
  const held = journalIn(host, but).ledger.files[CMDLINE]?.words.filter(({ ours }) => ours) ?? [];
  return wordsOf(line).words.flatMap(({ text: word }) => {
    const names = held.filter((one) => one.word === word).map(({ by }) => by);
    const [name] = names;
    const at: Place = {
      path: CMDLINE,
      line: 1,
      origin: name === undefined ? { by: "somebody" } : { by: "us", name },
    };
    return names.includes(but) ? [] : [{ word, at }];
  });
}
