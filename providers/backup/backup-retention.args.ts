import { z } from "zod";
import { calendarEventIn, isMistake, type Mistake } from "./calendar.ts";

const JobId = z
  .string()
  .max(50, "an id has 50 characters at most")
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]+$/,
    "an id has at least two characters: a letter, then letters, digits, dashes and underscores",
  );
const StorageId = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]$/, "this is no name of a storage");
const NodeName = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/, "this is no name of a node");
const Vmid = z.int().min(100, "a guest has 100 or more").max(999_999_999);
const Tag = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_+.-]*$/, "this is no tag that PVE would take");
const PoolId = z.string().regex(/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+){0,2}$/, "this is no name of a pool");

const Schedule = z
  .string()
  .trim()
  .max(128, "a schedule has 128 characters at most")
  .superRefine((text, context) => {
    const event = calendarEventIn(text);
    if (isMistake(event)) context.addIssue({ code: "custom", message: pointedAt(text, event) });
  });

/** What is wrong, under the very character. */
function pointedAt(text: string, { at, expected }: Mistake): string {
  return `PVE does not take ${JSON.stringify(text)} for a schedule: at character ${at + 1}, ${
    at < text.length ? JSON.stringify(text.slice(at)) : "the end"
  }, it wants ${expected}`;
}

const Count = z.int().nonnegative("want 0 or more");
const counts = {
  last: Count.optional().describe("the newest ones"),
  hourly: Count.optional().describe("the newest of each of that many hours"),
  daily: Count.optional().describe("of each of that many days"),
  weekly: Count.optional().describe("of each of that many ISO weeks"),
  monthly: Count.optional().describe("of each of that many months"),
  yearly: Count.optional().describe("of each of that many years"),
};
const Keep = z.union(
  [
    z.literal("all"),
    z.strictObject(counts).refine((keep) => Object.values(keep).some((count = 0) => count > 0), {
      error: 'this keeps all: say "all"',
      when: ({ issues }) => issues.length === 0,
    }),
  ],
  { error: 'want "all", or counts like { daily: 7, weekly: 4 }' },
);

/** As PVE takes it: {{cluster}}, {{guestname}}, {{node}}, {{vmid}}, \n and \\. */
const Notes = z
  .string()
  .max(1024, "a template has 1024 characters at most")
  .refine((text) => !text.includes("\n"), "a template is one line: write \\n for a line's end")
  .refine(
    (text) => [...text.matchAll(/\{\{([^}]*)\}\}/g)].every(([, name = ""]) => VARIABLES.includes(name)),
    "PVE fills in {{cluster}}, {{guestname}}, {{node}} and {{vmid}}, and nothing else",
  )
  .refine((text) => !/\\[^n\\]|\\$/.test(text.replaceAll("\\\\", "")), "after a backslash stands n or another one");
const VARIABLES = ["cluster", "guestname", "node", "vmid"];

/** A number that stands for a guest, wherever it came as a text; and a tag. */
const Excluded = z.union(
  [
    Vmid,
    z
      .string()
      .regex(/^[1-9]\d{2,8}$/)
      .transform(Number),
    Tag,
  ],
  {
    error: "want a guest's number, or a tag",
  },
);

const Guests = z.union(
  [
    z.literal("all"),
    z.array(Vmid).min(1),
    z.strictObject({ vmids: z.array(Vmid).min(1) }).transform(({ vmids }) => vmids),
    z.strictObject({ pool: PoolId }),
    z.strictObject({ tags: z.array(Tag).min(1) }),
  ],
  { error: 'want "all", a list of guests\' numbers, { pool: name } or { tags: [name, …] }' },
);

const Job = z
  .strictObject({
    id: JobId.describe("its id, in PVE too"),
    schedule: Schedule.describe("a calendar event of PVE: `02:00`, `sun 03:00`, `*-*-1 04:00`"),
    guests: Guests.describe("`all`, numbers, `{ pool }` or `{ tags }` (any of them, as they are at the preview)"),
    exclude: z
      .array(Excluded)
      .min(1)
      .optional()
      .describe("guests by number or tag, of `all` or of `{ tags }`; PVE's pools know none"),
    node: NodeName.optional().describe("just the guests that are on this node"),
    storage: StorageId.describe("where to: of content `backup`, on each node that has guests of the job"),
    mode: z.enum(["snapshot", "suspend", "stop"]).default("snapshot").describe("what becomes of the guest meanwhile"),
    compress: z.enum(["zstd", "gzip", "lzo", "none"]).default("zstd").describe("of archives; PBS has its own"),
    keep: Keep.optional().describe(
      "which backups stay: `all`, or counts of `last`, `hourly`, `daily`, `weekly`, `monthly`, `yearly`; without it, what the storage keeps",
    ),
    prune: z
      .boolean()
      .default(true)
      .describe("false removes nothing after a run, and fails it when too many are there"),
    protected: z.boolean().default(false).describe("marks each new backup: nothing prunes it"),
    comment: z
      .string()
      .trim()
      .max(400, "a comment has 400 characters here: PVE has 512, of which we need some")
      .regex(/^[^\n\r]*$/, "a job's comment is one line")
      .default("")
      .describe("of the job; our note stands at its end"),
    notes: Notes.optional().describe(
      "for each backup: a line with `{{cluster}}`, `{{guestname}}`, `{{node}}`, `{{vmid}}`",
    ),
    notification: z
      .strictObject({
        mode: z.enum(["auto", "notification-system", "legacy-sendmail"]).default("auto").describe("by which way"),
        mailto: z.array(z.string().min(1)).min(1).optional().describe("addresses, for mails as of old"),
        when: z.enum(["always", "failure"]).default("always").describe("when such a mail goes out"),
      })
      .optional()
      .describe("how PVE tells of a run"),
    fleecing: z
      .strictObject({ storage: StorageId.describe("a fast one, best local") })
      .optional()
      .describe("where a VM's writes meanwhile go, so that a slow target does not slow it down"),
    bandwidth: z.int().positive("want more than 0").optional().describe("KiB/s"),
    ionice: z.int().min(0).max(8).optional().describe("8 is idle, 7 PVE's default"),
    performance: z
      .strictObject({
        maxWorkers: z.int().min(1).max(256).optional().describe("of a VM, at the same time"),
        pbsEntriesMax: z.int().min(1).optional().describe("of a container to PBS, in memory"),
      })
      .optional()
      .describe("what it may take"),
    changeDetection: z
      .enum(["legacy", "data", "metadata"])
      .optional()
      .describe("how containers are read for PBS; 8.3 and newer"),
    zstdThreads: z.int().nonnegative().optional().describe("0 is half of the cores"),
    lockWait: z.int().nonnegative().optional().describe("minutes to wait for the node's other backups"),
    stopWait: z.int().nonnegative().optional().describe("minutes for a guest to shut down, where the mode is stop"),
    excludePaths: z.array(z.string().min(1)).min(1).optional().describe("of containers, shell globs"),
    repeatMissed: z.boolean().default(false).describe("whether a run that was missed is made up for"),
    enabled: z.boolean().default(true).describe("whether it runs at all"),
  })
  .superRefine(({ guests, exclude }, context) => {
    const words = exclude && whyNoExclude(guests);
    if (words) context.addIssue({ code: "custom", path: ["exclude"], message: words });
  });
export type Job = z.output<typeof Job>;

function whyNoExclude(guests: z.output<typeof Guests>): string | undefined {
  if (Array.isArray(guests)) return "leave the guest out of the list instead";
  return guests !== "all" && "pool" in guests
    ? "PVE's pool jobs exclude nobody: use tags, or a pool without it"
    : undefined;
}

const once = <T>(items: readonly T[]): boolean => new Set(items).size === items.length;

export const Args = z.strictObject({
  jobs: z
    .array(Job)
    .min(1)
    .refine((jobs) => once(jobs.map(({ id }) => id)), "two jobs have one id")
    .describe("the backup jobs of the cluster that are ours"),
  storages: z
    .array(z.strictObject({ storage: StorageId.describe("one that takes backups"), keep: Keep.describe("as a job's") }))
    .refine((storages) => once(storages.map(({ storage }) => storage)), "a storage stands here twice")
    .optional()
    .describe("retention of the storage itself, for every backup that no job's own retention is about"),
  guard: z
    .strictObject({
      maxRemove: Count.optional().describe("no more backups than that may fall to what is declared here"),
      minKeep: Count.optional().describe("no guest that loses any may keep fewer than that"),
      allowLast: z.boolean().default(false).describe("whether all that a guest has may go once a new one is there"),
    })
    .optional()
    .describe("what stops a preview, and an up"),
  now: z
    .union([
      z.boolean(),
      z
        .string()
        .min(1)
        .max(40)
        .regex(/^[\w.:+-]+$/, "a word, or a date"),
    ])
    .default(false)
    .describe("run each job once and wait for it; another word or date runs them once more"),
  onDestroy: z
    .enum(["keep", "protect"])
    .default("keep")
    .describe("what becomes of backups when their job goes; removed are they never"),
  force: z.boolean().optional().describe("go over jobs that others made or changed"),
});

export type Args = z.output<typeof Args>;
