import { Trouble } from "../../core/trouble.ts";
import type { FileRecord } from "./record.ts";

/** What a resource wants of a file: all of it (a heading is added), a marked block in it, or words of its first line. */
export type Edit =
  | { readonly kind: "owned"; readonly text: string }
  | { readonly kind: "block"; readonly text: string }
  | { readonly kind: "tokens"; readonly tokens: readonly string[] };

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

const notYet = (path: string) => new Trouble({ doing: `editing ${path}`, came: "not made yet", next: "Wait" });

/** The file with the edit of the resource `name` in it; not a byte of anybody else's changes. */
export const applied = (found: Found, _edit: Edit, _name: string): Changed | Trouble => notYet(found.path);

/** The file without any edit of the resource `name`: as it was before, whoever else came and went since. */
export const removed = (found: Found, _name: string): Changed | Trouble => notYet(found.path);

/** What stands there of the resource `name`, for comparing with `wanted`; none where nothing does. */
export const standing = (found: Found, _name: string): string | undefined | Trouble => notYet(found.path);

/** What is to stand there: the whole file, the block without its marks, or the words. */
export const wanted = (edit: Edit, _name: string): string =>
  edit.kind === "tokens" ? edit.tokens.join(" ") : edit.text;
