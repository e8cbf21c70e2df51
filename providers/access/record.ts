import { z } from "zod";

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

const MARK = /^(.*?) ?\[pve-ops ([^[\]]+)\]$/s;

/** A comment that a person reads first, with our note at its end. */
export function withRecord(comment: string, record: AccessRecord): string {
  const { urn, token, role, was, drop, made, user, generation, since, keepers } = record;
  const words = {
    token,
    role,
    was: was.join(","),
    drop: drop.join(","),
    made: made.toSorted().join(","),
    user: user.join(","),
    no: String(generation),
    since: String(since),
    keepers,
    of: urn.replace(/[\s[\]%]/g, (character) => encodeURIComponent(character)),
  };
  const note = Object.entries(words).flatMap(([key, value]) => (value === "" ? [] : [`${key}=${value}`]));
  return `${comment}${comment === "" ? "" : " "}[pve-ops ${note.join(" ")}]`;
}

/** The comment as it was declared, and our note, where there is one. */
export function commentIn(text: string | undefined): {
  readonly comment: string;
  readonly record: AccessRecord | undefined;
} {
  const [, comment, note = ""] = MARK.exec(text ?? "") ?? [];
  const record = comment === undefined ? undefined : recordIn(note);
  return record && comment !== undefined ? { comment, record } : { comment: text ?? "", record: undefined };
}

/** None where it is no note of ours: anybody may write into the comment of a token of their own. */
function recordIn(note: string): AccessRecord | undefined {
  const words = new Map(note.split(" ").map((word) => [word.split("=", 1)[0], word.slice(word.indexOf("=") + 1)]));
  const list = (key: string) => (words.get(key) ?? "").split(",").filter((item) => item !== "");
  const parsed = AccessRecord.safeParse({
    urn: decoded(words.get("of")),
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

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
