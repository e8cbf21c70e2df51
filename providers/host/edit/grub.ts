import { originsIn, type Place } from "./origin.ts";
import { wordsOf } from "./parameter.ts";
import { commandsIn } from "./shell-commands.ts";
import { doubt, NONE, take, type Value, type Values } from "./shell-values.ts";

/** A file of the host, in binary text. */
interface File {
  readonly path: string;
  readonly text: string;
}

/** What GRUB hands to the kernel, as far as its files say; `unsure`: lines by which a shell decides it. */
export interface GrubWords {
  readonly words: readonly { readonly word: string; readonly at: Place }[];
  readonly unsure: readonly Place[];
}

/** The variables that a normal boot entry takes, in the order in which it has them. */
const TAKEN = ["GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT"];

/** The words by the files in the order in which grub-mkconfig reads them: /etc/default/grub, then its drop-ins. */
export function grubWords(files: readonly File[]): GrubWords {
  const values: Values = new Map();
  for (const { path, text } of files) {
    const origins = originsIn(text);
    const place = (line: number): Place => ({ path, line, origin: origins[line - 1] ?? { by: "somebody" } });
    const { commands, open } = commandsIn(text);
    for (const command of commands) take(values, command, TAKEN, place);
    if (open) for (const name of TAKEN) doubt(values, name, place(open.line));
  }
  const taken = TAKEN.map((name) => values.get(name) ?? NONE);
  return { words: taken.flatMap(placedWords), unsure: distinct(taken.flatMap(({ unsure }) => unsure)) };
}

function placedWords({ parts }: Value): GrubWords["words"] {
  const ats = parts.flatMap(({ text, at }) => Array<Place>(text.length).fill(at));
  const all = parts.map(({ text }) => text.replaceAll("\n", " ")).join("");
  return wordsOf(all).words.flatMap(({ text, start }) => {
    const at = ats[start];
    return at ? [{ word: text, at }] : [];
  });
}

const distinct = (places: readonly Place[]): Place[] => [
  ...new Map(places.map((place) => [`${place.path}:${place.line}`, place])).values(),
];
