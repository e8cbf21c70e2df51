import { z } from "zod";
import { grantsShown } from "#providers/access/acl.ts";

/** A right that a preview hands to somebody. */
export interface Right {
  readonly holder: string;
  readonly path: string;
  readonly role: string;
  /** None where the role is used as it is: what it may does not stand in the preview. */
  readonly privilege: string | undefined;
}

const Objects = z.record(z.string(), z.unknown());
const Privileges = z.array(z.string());
const ROLES = "/access/roles/";

/** The rights among the objects that a preview shows. */
export function rightsIn(objects: unknown): Right[] {
  const shown = Objects.safeParse(objects).data ?? {};
  const roles = new Map(
    Object.entries(shown).flatMap(([key, value]) => {
      const privileges = key.startsWith(ROLES) ? Privileges.safeParse(value).data : undefined;
      return privileges ? [[key.slice(ROLES.length), privileges] as const] : [];
    }),
  );
  return grantsShown(shown).flatMap(({ ugid, path, roleid }) =>
    (roles.get(roleid) ?? [undefined]).map((privilege) => ({ holder: ugid, path, role: roleid, privilege })),
  );
}

/** The rights that come with a change: those that are there already were judged when they came. */
export function newRights(before: unknown, after: unknown): Right[] {
  const had = new Set(rightsIn(before).map((right) => JSON.stringify(right)));
  return rightsIn(after).filter((right) => !had.has(JSON.stringify(right)));
}
