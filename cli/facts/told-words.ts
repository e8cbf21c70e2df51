import type { Place } from "#providers/host/edit/origin.ts";
import { isSaidIn, keyOf, spokenOf, textsIn } from "#providers/host/edit/parameter.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import type { BootLoader } from "#providers/passthrough/boot-loader.ts";
import { wordsInFiles } from "#providers/passthrough/kernel-words.ts";

/** A word that the kernel is told, or will be. */
export interface ToldWord {
  readonly word: string;
  readonly running: boolean;
  /** At the next start; true of what nobody can tell. */
  readonly next: boolean;
  /** The line that has it for the next start; none where no file has: the boot loader itself adds it. */
  readonly at: Place | undefined;
}

/** What boot loaders add by themselves; GRUB finds out about the root file system, too. */
const ADDED = ["BOOT_IMAGE", "initrd"];
const ADDED_BY_GRUB = ["root", "ro", "rw", "boot"];

/** The words of the running kernel and then those that come with the next start, as far as files say. */
export function toldWords(facts: HostFacts, loader: BootLoader): readonly ToldWord[] {
  const told = wordsInFiles(facts, loader);
  const running = textsIn(facts.cmdline);
  const later = told.map(({ word }) => word);
  const isAdded = (word: string) =>
    ADDED.includes(keyOf(word)) || (loader.is === "grub" && ADDED_BY_GRUB.includes(keyOf(word)));
  return [
    ...running.map((word): ToldWord => {
      const spoken = spokenOf(later, word);
      const by = spoken?.is === "same" ? spoken.by : word;
      const at = told.findLast((one) => one.word === by)?.at;
      return { word, running: true, next: at !== undefined || isAdded(word) || loader.is === "unknown", at };
    }),
    ...told.flatMap(({ word, at }) => (running.includes(word) ? [] : [{ word, running: false, next: true, at }])),
  ];
}

/** What differs from the next start on, in words. */
export function untilThen(words: readonly ToldWord[]): string[] {
  const running = words.filter((one) => one.running).map(({ word }) => word);
  const come = words.filter((one) => !one.running && !isSaidIn(running, one.word));
  const go = words.filter(({ next }) => !next);
  const list = (some: readonly ToldWord[]) => some.map(({ word }) => word).join(" ");
  return [
    ...(come.length > 0 ? [`its kernel runs without ${list(come)}`] : []),
    ...(go.length > 0 ? [`its kernel still runs with ${list(go)}`] : []),
  ];
}
