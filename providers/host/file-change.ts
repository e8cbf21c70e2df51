import { Trouble } from "../core/trouble.ts";
import { applied, type Changed, type Found, removed } from "./edit/edit.ts";
import { ownedText, ownerIn } from "./edit/owned.ts";
import { type Journal, originalOf } from "./journal.ts";
import { foundAt, sure } from "./standing-on-host.ts";
import type { Wish } from "./wish.ts";

/** What becomes of a file that a resource edits, or edits no more. */
export function changeOf(path: string, { who, facts, edits, force }: Wish, { ledger, record }: Journal): Changed {
  if (facts.odd.includes(path) || facts.folders.includes(path))
    throw new Trouble({
      doing: `editing ${path}`,
      came: facts.odd.includes(path) ? "it is no file, or a link to nowhere" : "it is a folder",
      next: "See what it is on the host, and make it a file, or remove it",
    });
  const found = foundAt(path, facts, ledger);
  const edit = edits.get(path);
  if (edit?.kind === "owned" && force && found.text !== undefined && ownerIn(found.text) !== who.name)
    return overwritten(found, ownedText(who.name, edit));
  if (edit !== undefined) return sure(applied(found, edit, who.name));
  const change = sure(removed(found, who.name));
  // What stood there before an owned file took its place comes back with its last byte.
  const original = facts.files[originalOf(path)];
  return record?.edits[path]?.kind === "owned" || isOwn(found.text, who.name) ? { ...change, text: original } : change;
}

/** Whether the whole file is that resource's. */
export const isOwn = (text: string | undefined, name: string): boolean => text !== undefined && ownerIn(text) === name;

/** Instead of what others have there; the journal keeps that. */
const overwritten = ({ record }: Found, text: string): Changed => ({
  text,
  meanwhile: record,
  record,
});
