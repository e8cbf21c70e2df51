const MARK = /^(.*?) ?\[pve-ops ([^[\]]+)\]$/s;

/** A comment that a person reads first, and at its end what we have to remember; what is empty is left out. */
export function withNote(comment: string, words: Readonly<Record<string, string>>): string {
  const note = Object.entries(words).flatMap(([key, value]) => (value === "" ? [] : [`${key}=${value}`]));
  return `${comment}${comment === "" ? "" : " "}[pve-ops ${note.join(" ")}]`;
}

/** A comment without our note, and the words of the note; none where there is no note. */
export function noteIn(
  text: string,
): { readonly comment: string; readonly words: ReadonlyMap<string, string> } | undefined {
  const [, comment, note = ""] = MARK.exec(text) ?? [];
  if (comment === undefined) return undefined;
  const words = note.split(" ").map((word) => {
    const at = word.indexOf("=");
    return at < 0 ? ([word, ""] as const) : ([word.slice(0, at), word.slice(at + 1)] as const);
  });
  return { comment, words: new Map(words) };
}

/** A URN as one word of a note. */
export const urnWord = (urn: string): string => urn.replace(/[\s[\]%]/g, (character) => encodeURIComponent(character));

/** None where somebody else wrote there. */
export function urnIn(word: string | undefined): string | undefined {
  try {
    return word === undefined ? undefined : decodeURIComponent(word);
  } catch {
    return undefined;
  }
}
