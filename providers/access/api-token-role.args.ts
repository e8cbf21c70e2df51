import { z } from "zod";
import { isAclPath } from "./acl-path.ts";
import { type Preset, presets } from "./presets.ts";

const RoleName = z
  .string()
  .regex(/^[A-Za-z0-9._-]+$/, "a role's name has letters, digits, dots, dashes and underscores");
const OwnRoleName = RoleName.refine((name) => !/^PVE/i.test(name), "names that begin with PVE are Proxmox's own");
const UserId = z.string().regex(/^[^\s:/!]+@[A-Za-z][A-Za-z0-9._-]+$/, "a user is name@realm, like ci@pve");
const TokenName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9._-]+$/, "a token's name begins with a letter and has at least two characters");

/** A path as PVE keeps it. */
const AclPath = z
  .string()
  .regex(/^\//, "a path here starts with /")
  .transform((path) => path.replace(/\/+/g, "/").replace(/(?<=.)\/$/, ""))
  .refine(
    isAclPath,
    "PVE has no such path: it is /, /vms, /vms/100, or the like below /access, /mapping, /nodes, /pool, /sdn, /storage",
  );

/** A date that YAML takes for one reaches us as Go writes it. */
const asWritten = (value: unknown): unknown =>
  typeof value === "string"
    ? value.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d) \S+$/, "$1T$2$3:$4")
    : value;

/** Seconds since 1970, 0 for never; a date is its first second in UTC. */
const Moment = z.union(
  [
    z.literal("never").transform(() => 0),
    z.iso.date().transform((date) => Date.parse(`${date}T00:00:00Z`) / 1000),
    z.iso.datetime({ offset: true }).transform((time) => Math.floor(Date.parse(time) / 1000)),
    z.int().nonnegative(),
  ],
  { error: 'want "never", a date like 2030-12-31, a time with its zone, or seconds since 1970' },
);
const Expiry = z.preprocess(asWritten, Moment).default(0);

const SECONDS = { m: 60, h: 3600, d: 86_400, w: 7 * 86_400 };

/** A span of time in seconds, or as `90d` is written. */
const Span = z.union(
  [
    z
      .string()
      .regex(/^[1-9]\d{0,4}[mhdw]$/)
      .transform((text) => Number.parseInt(text, 10) * SECONDS[z.enum(["m", "h", "d", "w"]).parse(text.at(-1))]),
    z.int().positive(),
  ],
  { error: "want a span like 90d (m, h, d or w), or seconds" },
);

/** PVE takes blanks from both ends of what it keeps. */
const Comment = z.string().max(1000, "a comment has a thousand characters at most").trim();

const presetNames = Object.keys(presets) as [Preset, ...Preset[]];

export const Args = z.strictObject({
  role: z
    .strictObject({
      name: RoleName.describe(
        "letters, digits, dots, dashes, underscores; with the name alone, a role is used as it is",
      ),
      privileges: z
        .array(z.string().regex(/^[A-Z]\w+(?:\.\w+)+$/, "a privilege is like VM.Audit"))
        .min(1)
        .optional()
        .describe("like `VM.Audit`; checked against what the cluster knows"),
      preset: z.enum(presetNames).optional().describe("privileges for a purpose, instead of a list of one's own"),
    })
    .refine(({ privileges, preset }) => !privileges || !preset, "say either privileges or a preset")
    .refine(
      ({ name, privileges, preset }) => (!privileges && !preset) || OwnRoleName.safeParse(name).success,
      "names that begin with PVE are Proxmox's own: leave out the privileges to use such a role as it is",
    )
    .describe("what the token may do"),
  user: z
    .strictObject({
      id: UserId.describe("`name@realm`"),
      create: z.boolean().default(true).describe("whether it is made where it is not there"),
      comment: Comment.optional().describe("kept as it says; without it nobody looks"),
      groups: z
        .array(z.string())
        .transform((groups) => [...new Set(groups)])
        .optional()
        .describe("likewise"),
    })
    .describe("whose token it is"),
  token: z
    .strictObject({
      name: TokenName.describe("begins with a letter, at least two characters; another name is another token"),
      expire: Expiry.describe("`never`, a date (its first second in UTC), a time with its zone, or seconds since 1970"),
      privsep: z.boolean().default(true).describe("false has all that its user has"),
      comment: Comment.default(""),
    })
    .describe("the token itself"),
  acl: z
    .array(
      z.strictObject({
        path: AclPath.describe("like `/vms/101`, `/storage/backups`, `/pool/ci`"),
        propagate: z.boolean().default(true).describe("whether it counts below too"),
      }),
    )
    .min(1)
    .refine((acl) => new Set(acl.map(({ path }) => path)).size === acl.length, "a path stands here twice")
    .describe("where the role is granted"),
  rotate: z
    .strictObject({
      keepers: z.record(z.string(), z.string()).optional().describe("texts by name; another one makes another secret"),
      every: Span.optional().describe(
        "how old a secret becomes, like `90d` (m, h, d, w): the next up after that renews it",
      ),
      overlap: Span.optional().describe("how long the one before stays good, as a token of its own"),
    })
    .refine(({ keepers, every }) => keepers !== undefined || every !== undefined, "say every, or keepers")
    .refine(({ every, overlap }) => !every || !overlap || overlap < every, "the overlap has to be shorter than every")
    .optional()
    .describe("when there is to be another secret"),
  force: z.boolean().optional().describe("go over what others made or changed, and what others would lose"),
});

export type Args = z.output<typeof Args>;
