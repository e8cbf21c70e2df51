import { z } from "zod";
import { grantsShown } from "#providers/access/acl.ts";

/** A right that a preview hands to somebody. */
export interface Right {
  readonly holder: string;
  readonly path: string;
  /** Whether it counts below as well. */
  readonly propagate: boolean;
  readonly role: string;
  /** None where the role is used as it is: what it may does not stand in the preview. */
  readonly privilege: string | undefined;
}

const Objects = z.record(z.string(), z.unknown());
const Privileges = z.record(z.string(), z.literal(true));
const Groups = z.array(z.string());
const Token = z.looseObject({ privsep: z.boolean() });
const ROLES = "/access/roles/";

/** Whether what a role may can be told of each role that is shown. */
export const rolesAreTold = (objects: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(objects).every(([key, value]) => !key.startsWith(ROLES) || Privileges.safeParse(value).success);

/** The rights among the objects that a preview shows. */
export function rightsIn(objects: unknown): Right[] {
  const shown = Objects.safeParse(objects).data ?? {};
  const roles = new Map(
    Object.entries(shown).flatMap(([key, value]) => {
      const privileges = key.startsWith(ROLES) ? Privileges.safeParse(value).data : undefined;
      return privileges ? [[key.slice(ROLES.length), Object.keys(privileges)] as const] : [];
    }),
  );
  const granted = grantsShown(shown).flatMap(({ ugid, path, roleid, propagate = true }) =>
    (roles.get(roleid) ?? [undefined]).map((privilege) => ({ holder: ugid, path, propagate, role: roleid, privilege })),
  );
  return [...granted, ...Object.entries(shown).flatMap(([key, value]) => unseen(key, value))];
}

/** What somebody gets that does not stand in the preview: all of a user's rights, or of a group's. */
function unseen(key: string, value: unknown): Right[] {
  const [, user = "", token, field] = /^\/access\/users\/([^/?]+)(?:\/token\/([^/?]+))?(?:\?(\w+))?$/.exec(key) ?? [];
  const all = { path: "/", propagate: true, privilege: undefined };
  if (token !== undefined && Token.safeParse(value).data?.privsep === false)
    return [{ ...all, holder: `${user}!${token}`, role: `all that ${user} has` }];
  if (field !== "groups") return [];
  const groups = Groups.safeParse(value).data ?? ["(of no shape that this version understands)"];
  return groups.map((group) => ({ ...all, holder: user, role: `all that the group ${group} has` }));
}

/** The rights that come with a change: those that are there already were judged when they came. */
export function newRights(before: unknown, after: unknown): Right[] {
  const had = new Set(rightsIn(before).map((right) => JSON.stringify(right)));
  return rightsIn(after).filter((right) => !had.has(JSON.stringify(right)));
}
