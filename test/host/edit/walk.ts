import { expect } from "chai";
import { Trouble } from "#providers/core/trouble.ts";
import { applied, type Edit, type Found, removed, standing, wanted } from "#providers/host/edit/edit.ts";
import { NO_RECORD } from "#providers/host/edit/record.ts";

/** One resource comes, changes or, with no edit, goes; what it mutes goes by what it finds. */
export interface Turn {
  readonly name: string;
  readonly edit: Edit | ((found: Found) => Edit | undefined) | undefined;
}

/** What takes back each of them. */
export const all = (names: readonly string[]): Turn[] => names.map((name) => ({ name, edit: undefined }));

/** A file before any of us. */
export const untouched = (text: string | undefined, path = "/etc/some.conf"): Found => ({
  path,
  text,
  record: NO_RECORD,
});

/** The file after these turns; what holds of every single one is looked at on the way. */
export const walked = (start: Found, turns: readonly Turn[]): Found => turns.reduce(after, start);

function after(found: Found, turn: Turn): Found {
  const { name } = turn;
  const edit = typeof turn.edit === "function" ? turn.edit(found) : turn.edit;
  const once = step(found, name, edit);
  if (once === undefined) return found;
  expect(standing(once, name)).to.equal(edit && wanted(edit, name));
  expect(step(once, name, edit), "a second time").to.deep.equal(once);
  if (typeof turn.edit === "function") expect(turn.edit(once), "looked for again").to.deep.equal(edit);
  // Cut off before the record was written for good, and done again: the same.
  const cutOff = change(found, name, edit);
  if (cutOff instanceof Trouble) return once;
  const resumed = [found.text, cutOff.text].map((text) =>
    step({ ...found, text, record: cutOff.meanwhile }, name, edit),
  );
  for (const again of resumed) expect(again, "interrupted").to.deep.equal(once);
  return once;
}

const change = (found: Found, name: string, edit: Edit | undefined) =>
  edit ? applied(found, edit, name) : removed(found, name);

function step(found: Found, name: string, edit: Edit | undefined): Found | undefined {
  const next = change(found, name, edit);
  return next instanceof Trouble ? undefined : { path: found.path, text: next.text, record: next.record };
}
