import { z } from "zod";

/** What a file itself cannot say of our edits in it: kept beside it, one for a path, shared by all resources. */
export const FileRecord = z.strictObject({
  /** There was no such file before the first of us. */
  made: z.boolean(),
  /** Words that resources want in a one-line file; not `ours`: it stood there before any of us. */
  words: z.array(z.strictObject({ by: z.string(), word: z.string(), ours: z.boolean() })),
});
export type FileRecord = z.output<typeof FileRecord>;

export const NO_RECORD: FileRecord = { made: false, words: [] };

/** What has to be on record while a file goes from one to the other: an interruption then loses no word of ours. */
export function both(old: FileRecord, next: FileRecord): FileRecord {
  const isNew = ({ by, word }: FileRecord["words"][number]) =>
    !next.words.some((one) => one.by === by && one.word === word);
  return { made: old.made || next.made, words: [...next.words, ...old.words.filter(isNew)] };
}
