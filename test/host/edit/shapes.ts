import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "shapes");

/** A file as people have it, in binary text. */
export interface Shape {
  readonly kind: string;
  readonly name: string;
  readonly text: string;
}

/** Files written after what distributions ship, what tools leave behind and what people do by hand. */
const written: readonly Shape[] = globSync("*/*", { cwd: folder })
  .toSorted()
  .map((file) => {
    const [kind = "", name = ""] = file.split("/");
    return { kind, name, text: readFileSync(join(folder, file), "latin1") };
  });

/** What editors and accidents make of a file. */
const becomes: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "with Windows' line ends": (text) => text.replaceAll("\n", "\r\n"),
  "with one Windows line end": (text) => text.replace("\n", "\r\n"),
  "without its last newline": (text) => text.replace(/\n$/, ""),
  "with Windows' line ends but the last": (text) => text.replace(/\n$/, "").replaceAll("\n", "\r\n"),
  "with a byte order mark": (text) => `\xef\xbb\xbf${text}`,
  "with a comment in Latin-1": (text) => `${text}# f\xfcr sp\xe4ter\n`,
  "with zero bytes": (text) => `${text}\0\0\n`,
};

const long = "# nothing of note stands in this line of a long file\n".repeat(4000);

/** Each of the files in each of these states, and a long one. */
export const shapes: readonly Shape[] = written
  .flatMap(({ kind, name, text }) =>
    Object.entries(becomes).map(([how, become]) => ({ kind, name: `${name} ${how}`, text: become(text) })),
  )
  .concat({ kind: "modprobe.d", name: "of 200 KB", text: long });
