/** A part of a word in a shell file: text, a variable's value, or what only a shell could tell. */
type Piece =
  | { readonly is: "text"; readonly text: string; readonly quoted: boolean; readonly line: number }
  | { readonly is: "variable"; readonly name: string; readonly quoted: boolean; readonly line: number }
  | { readonly is: "unsure"; readonly line: number };

/** A word that begins on `line`. */
export interface ShellWord {
  readonly pieces: readonly Piece[];
  readonly line: number;
}

/** What is begun and never ended: all that is added below would be part of it. */
export interface Open {
  readonly what: string;
  readonly line: number;
}

/** Reads words and skips what is none, from the beginning of a shell file on; lines are counted from 1. */
export class ShellScan {
  readonly #text: string;
  #at = 0;
  #line = 1;
  open: Open | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  get line(): number {
    return this.#line;
  }

  /** What comes next, none at the end; a line that goes on below is one line. */
  get next(): string | undefined {
    while (this.#text.startsWith("\\\n", this.#at)) {
      if (this.#at + 2 === this.#text.length) this.#open("a line that goes on", this.#line);
      this.take(2);
    }
    return this.#text[this.#at];
  }

  startsWith(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  take(length: number): string {
    const taken = this.#text.slice(this.#at, this.#at + length);
    this.#line += taken.split("\n").length - 1;
    this.#at += length;
    return taken;
  }

  /** All up to `end`, which goes too. */
  takeUntil(end: string, what: string): string {
    const at = this.#text.indexOf(end, this.#at);
    if (at < 0) this.#open(what, this.#line);
    const taken = this.take((at < 0 ? this.#text.length : at) - this.#at);
    this.take(end.length);
    return taken;
  }

  skipComment(): void {
    const at = this.#text.indexOf("\n", this.#at);
    this.take((at < 0 ? this.#text.length : at) - this.#at);
  }

  /** The body of a here-document, from the beginning of a line. */
  skipHereDocument(end: string, line: number): void {
    while (this.#at < this.#text.length) {
      const at = this.#text.indexOf("\n", this.#at);
      const row = this.take((at < 0 ? this.#text.length : at) - this.#at);
      this.take(1);
      if (row.replace(/^\t+/, "") === end) return;
    }
    this.#open("a here-document", line);
  }

  word(): ShellWord {
    const [pieces, line]: [Piece[], number] = [[], this.#line];
    for (let next = this.next; next !== undefined && !" \t\n;&|()<>".includes(next); next = this.next)
      pieces.push(...(next === '"' ? this.#quoted() : [this.#piece(next, false)]));
    return { pieces, line };
  }

  #quoted(): Piece[] {
    const [pieces, begun]: [Piece[], number] = [[this.#plain(0, true)], this.#line];
    this.take(1);
    for (let next = this.next; next !== '"'; next = this.next) {
      if (next === undefined) {
        this.#open("a double quote", begun);
        return pieces;
      }
      if (next === "\\" && !/^\\(?:[$`"\\]|$)/.test(this.#text.slice(this.#at, this.#at + 2)))
        pieces.push(this.#plain(1, true));
      else pieces.push(next === "'" ? this.#plain(1, true) : this.#piece(next, true));
    }
    this.take(1);
    return pieces;
  }

  #piece(next: string, quoted: boolean): Piece {
    const line = this.#line;
    if (next === "\\") {
      this.take(1);
      if (this.#at === this.#text.length) this.#open("a line that goes on", line);
      return this.#plain(1, true);
    }
    if (next === "'") {
      this.take(1);
      return { is: "text", text: this.takeUntil("'", "a single quote"), quoted: true, line };
    }
    if (next === "`") {
      this.take(1);
      this.takeUntil("`", "a command in backquotes");
      return { is: "unsure", line };
    }
    return next === "$" ? this.#expansion(quoted) : this.#plain(1, quoted);
  }

  #expansion(quoted: boolean): Piece {
    const line = this.#line;
    const rest = this.#text.slice(this.#at, this.#at + 200);
    const [all, braced, bare] = /^\$(?:\{(\w+)\}|([A-Za-z_]\w*))/.exec(rest) ?? [];
    const name = braced ?? bare;
    if (all !== undefined && name !== undefined) {
      this.take(all.length);
      return { is: "variable", name, quoted, line };
    }
    if (!/^\$[({\d?#@*$!-]/.test(rest)) return this.#plain(1, quoted);
    const closing = { "(": ")", "{": "}" }[rest[1] ?? ""];
    this.take(closing === undefined ? 2 : 1);
    if (closing !== undefined) this.#skipBalanced(closing);
    return { is: "unsure", line };
  }

  #skipBalanced(closing: string): void {
    const [opening, begun] = [this.take(1), this.#line];
    for (let depth = 1; depth > 0; ) {
      const next = this.next;
      if (next === undefined) {
        this.#open(`${opening}…${closing}`, begun);
        return;
      }
      if (next === opening || next === closing) depth += next === opening ? 1 : -1;
      if (next === '"') this.#quoted();
      else if (next === "'" || next === "\\") this.#piece(next, false);
      else this.take(1);
    }
  }

  #plain(length: number, quoted: boolean): Piece {
    const line = this.#line;
    return { is: "text", text: this.take(length), quoted, line };
  }

  #open(what: string, line: number): void {
    this.open ??= { what, line };
  }
}
