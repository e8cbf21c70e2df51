import { type Open, ShellScan, type ShellWord } from "./shell-scan.ts";

/** A command of a shell file. */
export interface Command {
  readonly words: readonly ShellWord[];
  readonly line: number;
  /** It is always run, once, and in the shell that reads the file: not in a condition, loop, function or subshell. */
  readonly always: boolean;
}

const OPENS = ["if", "while", "until", "for", "case", "{"];
const CLOSES = ["fi", "done", "esac", "}"];
const GOES_ON = ["then", "else", "elif", "do", "!"];

/** The commands of a shell file as far as that can be told without a shell, and what is begun in it and never ended. */
export function commandsIn(text: string): { commands: Command[]; open: Open | undefined } {
  const scan = new ShellScan(text);
  const commands: Command[] = [];
  const begun: number[] = [];
  let [words, hereDocuments, isJoined, subshells]: [ShellWord[], { end: string; line: number }[], boolean, number] = [
    [],
    [],
    false,
    0,
  ];

  const end = (joins: boolean) => {
    const [first] = words;
    if (first !== undefined) {
      const own = withoutKeywords(words, begun);
      const always = begun.length === 0 && subshells === 0 && !isJoined && !joins;
      if (own.length > 0) commands.push({ words: own, line: first.line, always });
      isJoined = joins;
    }
    words = [];
  };

  for (let next = scan.next; next !== undefined; next = scan.next) {
    if (next === " " || next === "\t") scan.take(1);
    else if (next === "#") scan.skipComment();
    else if (next === "\n") {
      end(false);
      scan.take(1);
      for (const one of hereDocuments.splice(0)) scan.skipHereDocument(one.end, one.line);
    } else if (next === ";") {
      end(false);
      scan.take(1);
    } else if (next === "&" || next === "|") {
      end(true);
      scan.take(scan.startsWith(next.repeat(2)) ? 2 : 1);
    } else if (next === "(" || next === ")") {
      end(false);
      subshells = Math.max(0, subshells + (next === "(" ? 1 : -1));
      scan.take(1);
    } else if (next === "<" || next === ">") {
      const isHere = scan.startsWith("<<");
      while (/[<>&|-]/.test(scan.next ?? "")) scan.take(1);
      while (/[ \t]/.test(scan.next ?? "")) scan.take(1);
      const target = scan.word();
      if (isHere) hereDocuments.push({ end: textOf(target) ?? "", line: target.line });
      if (target.pieces.length === 0 && scan.next !== undefined && !"\n".includes(scan.next)) scan.take(1);
    } else words.push(scan.word());
  }
  end(false);
  const [unread] = hereDocuments;
  const compound = begun[0];
  const rest = unread ? { what: "a here-document", line: unread.line } : undefined;
  const open =
    scan.open ?? rest ?? (compound === undefined ? undefined : { what: "a compound command", line: compound });
  return { commands, open };
}

/** What a word is where no variable or command has a say in it. */
export function textOf({ pieces }: ShellWord): string | undefined {
  const texts = pieces.map((piece) => (piece.is === "text" ? piece.text : undefined));
  return texts.includes(undefined) ? undefined : texts.join("");
}

function withoutKeywords(words: readonly ShellWord[], begun: number[]): readonly ShellWord[] {
  const [first, ...rest] = words;
  const keyword = first && textOf(first);
  if (first === undefined || keyword === undefined) return words;
  if (GOES_ON.includes(keyword)) return withoutKeywords(rest, begun);
  if (CLOSES.includes(keyword)) {
    begun.pop();
    return [];
  }
  if (!OPENS.includes(keyword)) return words;
  begun.push(first.line);
  return keyword === "for" || keyword === "case" ? [] : withoutKeywords(rest, begun);
}
