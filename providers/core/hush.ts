import type { Props } from "./props.ts";

const WORTH_HIDING = 4; // a shorter text would take ordinary words apart

/** Takes the values of a resource out of words, where one of its arguments is secret and none may be quoted. */
export function hush({ args, frame, standing }: Props): (words: string) => string {
  if (!frame.sealed) return (words) => words;
  const values = [...textsIn({ args, standing })].filter((text) => text.length >= WORTH_HIDING);
  const longestFirst = values.toSorted((a, b) => b.length - a.length);
  return (words) => longestFirst.reduce((left, value) => left.replaceAll(value, "[secret]"), words);
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") {
    yield value;
    if (value.includes("\n")) yield* value.split("\n");
  } else if (typeof value === "object" && value !== null) for (const item of Object.values(value)) yield* textsIn(item);
}

/** Runs work and lets no error of it out that quotes what is secret. */
export async function hushed<T>(props: Props, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const quiet = hush(props);
    if (thrown instanceof Error) {
      thrown.message = quiet(thrown.message);
      if (thrown.stack) thrown.stack = quiet(thrown.stack);
    }
    throw thrown;
  }
}
