import { Trouble } from "../../core/trouble.ts";
import { blockIn, withBlock } from "./block.ts";
import { fromBytes } from "./bytes.ts";
import { checkName, marksIn } from "./marks.ts";
import { mutedIn, shownMuted, withMuted } from "./muted.ts";
import { ownedText, ownerIn, refuseInOwned, refuseOthersFile } from "./owned.ts";
import { both, type FileRecord } from "./record.ts";
import { commandsIn } from "./shell-commands.ts";
import { type Clash, type Tokens, whyNotWords, withoutWords, withWords, wordsStanding } from "./tokens.ts";

/**
 * What a resource wants of a file: all of it (a heading is added), a marked block in it, words of its first line, or that
 * lines of others in it have no effect: those that `linesToMute` found there, so that `wanted` is what can be had.
 */
export type Edit =
  | { readonly kind: "owned"; readonly text: string; readonly script?: true }
  | { readonly kind: "block"; readonly text: string }
  | ({ readonly kind: "tokens" } & Tokens)
  | { readonly kind: "muted"; readonly lines: readonly string[] };

/** A file of a host as it was found: `text` is binary text, a character for each byte; none where there is no file. */
export interface Found {
  readonly path: string;
  readonly text: string | undefined;
  readonly record: FileRecord;
}

/** What the file becomes, none being no file. `meanwhile` goes on record before it is written, `record` after. */
export interface Changed {
  readonly text: string | undefined;
  readonly meanwhile: FileRecord;
  readonly record: FileRecord;
}

/** The file with the edit of the resource `name` in it; not a byte of anybody else's changes. */
export function applied(found: Found, edit: Edit, name: string): Changed | Trouble {
  return orTrouble(() => {
    const { path, text = "", record } = found;
    const made = found.text === undefined || (record.made && isOfUs(found.text));
    const next = { ...record, made };
    if (edit.kind === "tokens") return worded(found, edit, name);
    if (edit.kind === "owned") {
      refuseOthersFile(text, name, path);
      return changed(found, ownedText(name, edit), next);
    }
    refuseInOwned(text, `${edit.kind === "muted" ? "muting lines of" : "writing a block to"} ${path}`);
    if (edit.kind === "muted") return muted(found, edit.lines, name);
    refuseOpenShell(text, path);
    return changed(found, withBlock(withMuted(text, [], name), name, edit.text, path), next);
  });
}

/** The file without any edit of the resource `name`: as it was before, whoever else came and went since. */
export function removed(found: Found, name: string): Changed | Trouble {
  return orTrouble(() => {
    const { path, record } = found;
    const words = record.words.filter(({ by }) => by !== name);
    if (found.text === undefined) return changed(found, undefined, { made: false, words });
    return reduced(found, withoutEdits(withoutWords(found.text, name, record.words), name, path), words);
  });
}

/** What stands there of the resource `name`, for comparing with `wanted`; none where nothing does. */
export function standing({ path, text, record }: Found, name: string): string | undefined | Trouble {
  return orTrouble(() => {
    if (record.words.some(({ by }) => by === name)) return wordsStanding(text ?? "", name, record.words)?.join(" ");
    if (text === undefined) return undefined;
    return ownerIn(text) === name ? fromBytes(text) : (blockIn(text, name, path) ?? mutedIn(text, name));
  });
}

/** What is to stand there: the whole file, the block without its marks, the words, or what is muted. */
export function wanted(edit: Edit, name: string): string {
  if (edit.kind === "tokens") return edit.tokens.join(" ");
  if (edit.kind === "muted") return shownMuted(edit.lines.join("\n"));
  return edit.kind === "block" ? edit.text : fromBytes(ownedText(name, edit));
}

function worded(found: Found, edit: Tokens, name: string): Changed {
  const { tokens } = edit;
  const doing = `adding ${tokens.join(" ")} to ${found.path}`;
  if (found.text === undefined)
    throw new Trouble({ doing, came: "there is no such file", next: "See which boot loader this host has" });
  const why = whyNotWords(found.text, tokens);
  if (why !== undefined) throw new Trouble({ doing, came: why, next: "Mend the file, then run again" });
  const { text, words, clashes } = withWords(found.text, edit, name, found.record.words);
  if (clashes.length === 0) return changed(found, text, { ...found.record, words: [...words] });
  throw new Trouble({
    doing,
    came: clashes.map(clashWords).join("; "),
    next: "A parameter has one value: take that one away, or do not ask for the other",
  });
}

/** Where there is no such line, or no file, nothing has an effect either. */
function muted(found: Found, lines: readonly string[], name: string): Changed {
  const { path, text, record } = found;
  checkName(name, path);
  if (text === undefined) return changed(found, undefined, { ...record, made: false });
  return reduced(found, withMuted(withBlock(text, name, undefined, path), lines, name), record.words);
}

const clashWords = ({ token, found, by }: Clash): string =>
  `${found} stands there${by === undefined ? "" : `, from the resource ${JSON.stringify(by)}`}, and ${token} is wanted`;

const changed = ({ record: old }: Found, text: string | undefined, record: FileRecord): Changed => ({
  text,
  meanwhile: both(old, record),
  record,
});

/** What is left where something of ours is gone: no file, if one of us made it and it holds nothing more. */
function reduced(found: Found, left: string, words: FileRecord["words"]): Changed {
  const { made } = found.record;
  const isGone = left === "" && found.text !== "" && made;
  return changed(found, isGone ? undefined : left, { made: made && isOfUs(left), words });
}

const withoutEdits = (text: string, name: string, path: string): string =>
  ownerIn(text) === name ? "" : withMuted(withBlock(text, name, undefined, path), [], name);

const isOfUs = (text: string): boolean => ownerIn(text) !== undefined || marksIn(text.split("\n")).length > 0;

/** What is never ended in a shell file would take in the block below it. */
function refuseOpenShell(text: string, path: string): void {
  const { open } = /^\/etc\/(?:default|profile\.d)\/|\.sh$/.test(path) ? commandsIn(text) : { open: undefined };
  if (open === undefined) return;
  throw new Trouble({
    doing: `writing a block to ${path}`,
    came: `${open.what} begins on line ${open.line} and is not ended: what is written below would be part of it`,
    next: "End it",
  });
}

/** Words instead of a throw, since a file that cannot be edited is nothing unexpected here. */
function orTrouble<T>(work: () => T): T | Trouble {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Trouble) return thrown;
    throw thrown;
  }
}
