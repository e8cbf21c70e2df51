import { z } from "zod";
import { noteIn, urnIn, urnWord, withNote } from "../core/note.ts";

const Made = z.enum(["role", "user"]);
export type Made = z.output<typeof Made>;

/** What we note in the comment of a token or user that we made, since PVE keeps no other note of ours. */
export const AccessRecord = z.object({
  /** Whose it is. */
  urn: z.string(),
  /** The token's name as it is declared: a user has several. */
  token: z.string(),
  /** The role that it holds. */
  role: z.string(),
  /** Roles that it held before, and has not let go of yet. */
  was: z.array(z.string()),
  /** Those of them that one of us made. */
  drop: z.array(z.string()),
  /** What was not there before; the last one to let go of it removes it. */
  made: z.array(Made),
  /** Where the user's own entry is there for this token's sake. */
  user: z.array(z.string()),
  /** Which value this is, counted from 1. */
  generation: z.number(),
  /** When it was made, in seconds since 1970. */
  since: z.number(),
  /** What its keepers were. */
  keepers: z.string(),
});
export type AccessRecord = z.output<typeof AccessRecord>;

/** A comment that a person reads first, with our note at its end. */
export function withRecord(comment: string, record: AccessRecord): string {
  const { urn, token, role, was, drop, made, user, generation, since, keepers } = record;
  return withNote(comment, {
    token,
    role,
    was: was.join(","),
    drop: drop.join(","),
    made: made.toSorted().join(","),
    user: user.join(","),
    no: String(generation),
    since: String(since),
    keepers,
    of: urnWord(urn),
  });
}

/** The comment as it was declared, and our note, where there is one. */
export function commentIn(text: string | undefined): {
  readonly comment: string;
  readonly record: AccessRecord | undefined;
} {
  const note = noteIn(text ?? "");
  const record = note && recordIn(note.words);
  return record ? { comment: note.comment, record } : { comment: text ?? "", record: undefined };
}

/** None where it is no note of ours: anybody may write into the comment of a token of their own. */
function recordIn(words: ReadonlyMap<string, string>): AccessRecord | undefined {
  const list = (key: string) => (words.get(key) ?? "").split(",").filter((item) => item !== "");
  const parsed = AccessRecord.safeParse({
    urn: urnIn(words.get("of")),
    token: words.get("token"),
    role: words.get("role"),
    was: list("was"),
    drop: list("drop"),
    made: list("made"),
    user: list("user"),
    generation: Number(words.get("no")),
    since: Number(words.get("since")),
    keepers: words.get("keepers") ?? "",
  });
  return parsed.data;
}

/** The roles that one of us made, and that go with the last of us who holds them. */
export const madeRoles = ({ role, made, drop }: AccessRecord): string[] => [
  ...new Set([...drop, ...(made.includes("role") ? [role] : [])]),
];
