import { z } from "zod";
import { noteIn, urnIn, urnWord, withNote } from "../core/note.ts";

/** What we note in the comment of a job, since PVE keeps no other note of ours. */
export const JobRecord = z.object({
  /** Whose it is. */
  urn: z.string(),
  /** Whether somebody else's job stood there before. */
  was: z.boolean(),
  /** The `now` that it has been run for. */
  ran: z.string().optional(),
  /** The `now` that it is being run for, and since when, by the clock of the cluster. */
  running: z.object({ now: z.string(), since: z.int().positive() }).optional(),
  /** What storages kept before us, empty where they did not say it: a storage has no comment of its own. */
  storages: z.record(z.string(), z.string()).optional(),
});
export type JobRecord = z.output<typeof JobRecord>;

export function withRecord(
  comment: string,
  id: string,
  { urn, was, ran = "", running, storages = {} }: JobRecord,
): string {
  return withNote(comment, {
    job: id,
    was: was ? "there" : "",
    ran,
    running: running ? `${running.now}@${running.since}` : "",
    storages: Object.entries(storages)
      .map(([storage, kept]) => `${storage}:${kept}`)
      .join(";"),
    of: urnWord(urn),
  });
}

/** The comment as it was declared, and our note, where there is one: somebody may have copied it to another job. */
export function commentIn(text = "", id: string): { readonly comment: string; readonly record: JobRecord | undefined } {
  const note = noteIn(text);
  if (!note || note.words.get("job") !== id) return { comment: text, record: undefined };
  const { words, comment } = note;
  const [now, since] = words.get("running")?.split("@") ?? [];
  const kept = words.get("storages")?.split(";");
  const { data: record } = JobRecord.safeParse({
    urn: urnIn(words.get("of")),
    was: words.get("was") === "there",
    ran: words.get("ran"),
    running: now === undefined ? undefined : { now, since: Number(since) },
    storages: kept && Object.fromEntries(kept.map((one) => one.split(":", 2))),
  });
  return record ? { comment, record } : { comment: text, record: undefined };
}
