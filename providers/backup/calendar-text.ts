/** Why a text is not what it should be: what was expected at which character, counted from 0. */
export interface Mistake {
  readonly at: number;
  readonly expected: string;
}

/** A mistake on its way out of the reading. */
export class Unexpected extends Error {
  readonly mistake: Mistake;

  constructor(at: number, expected: string) {
    super(`expected ${expected}`);
    this.mistake = { at, expected };
  }
}

/** A number, and where it stands. */
export interface Figure {
  readonly at: number;
  readonly value: number;
}

/** `5`, `5..9`, `5/2`, `5..9/2`; `*` and `*` with a step have no first number. */
export interface Item {
  readonly first: Figure | undefined;
  readonly last: Figure | undefined;
  readonly step: Figure | undefined;
}

/** A text that is read from its beginning to its end. */
export class CalendarText {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  get rest(): string {
    return this.#text.slice(this.#at);
  }

  /** Goes past what is here, which may be nothing of it. */
  take(pattern: RegExp): string | undefined {
    const [found] = new RegExp(`^(?:${pattern.source})`).exec(this.rest) ?? [];
    this.#at += found?.length ?? 0;
    return found;
  }

  /** Ends the reading, with what should stand `back` characters before here. */
  fail(expected: string, back = 0): never {
    throw new Unexpected(this.#at - back, expected);
  }

  /** `*`, or items with commas between them. Which field they are for is known later, by what follows. */
  list(expected: string): readonly Item[] {
    if (this.take(/\*/)) return [{ first: undefined, last: undefined, step: this.#after(/\//) }];
    const items = [this.#item(expected)];
    while (this.take(/,/)) items.push(this.#item("a number"));
    return items;
  }

  #item(expected: string): Item {
    return { first: this.#figure(expected), last: this.#after(/\.\./), step: this.#after(/\//) };
  }

  #after(sign: RegExp): Figure | undefined {
    return this.take(sign) === undefined ? undefined : this.#figure("a number");
  }

  #figure(expected: string): Figure {
    const at = this.#at;
    const digits = this.take(/[0-9]+/) ?? this.fail(expected);
    return { at, value: Number(digits) };
  }
}
