/** What we note in the comment of a token or user that we made, since PVE keeps no other note of ours. */
export interface AccessRecord {
  /** Whose it is. */
  readonly urn: string;
  /** The name of the token: a user has several. */
  readonly token: string;
  /** The role that it holds. */
  readonly role: string;
  /** What was not there before; the last one to let go of it removes it. */
  readonly made: readonly Made[];
}

export type Made = "role" | "user";

const MARK = /^(.*?) ?\[pve-ops token=(\S+) role=(\S*) made=(\S*) of=(\S+)\]$/s;

/** A comment that a person reads first, with our note at its end. */
export const withRecord = (comment: string, { urn, token, role, made }: AccessRecord): string =>
  `${comment}${comment === "" ? "" : " "}[pve-ops token=${token} role=${role} made=${made.toSorted().join(",")} of=${escaped(urn)}]`;

/** The comment as it was declared, and our note, where there is one. */
export function commentIn(text: string | undefined): {
  readonly comment: string;
  readonly record: AccessRecord | undefined;
} {
  const [, comment, token = "", role = "", made = "", urn = ""] = MARK.exec(text ?? "") ?? [];
  if (comment === undefined) return { comment: text ?? "", record: undefined };
  return {
    comment,
    record: { urn: decodeURIComponent(urn), token, role, made: made.split(",").filter(isMade) },
  };
}

const isMade = (word: string): word is Made => word === "role" || word === "user";

/** Without blanks and brackets, and as readable as can be otherwise. */
const escaped = (urn: string): string => urn.replace(/[\s[\]%]/g, (character) => encodeURIComponent(character));
