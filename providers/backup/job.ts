import { z } from "zod";
import type { Returns, Takes } from "../pve/endpoints.ts";
import { list } from "../pve/wire.ts";
import type { Job } from "./backup-retention.args.ts";
import { Retention, retentionFor, retentionIn, retentionText } from "./retention.ts";
import type { Selection } from "./selection.ts";

type Wire = Returns<"GET /cluster/backup">[number];

const text = z.string().optional();
const number = z.number().optional();
const flag = z.boolean().optional();

const fields = {
  schedule: z.string(),
  storage: z.string(),
  mode: z.string(),
  compress: z.string(),
  enabled: z.boolean(),
  all: z.literal(true).optional(),
  vmid: text,
  pool: text,
  exclude: text,
  node: text,
  comment: text,
  "prune-backups": Retention.optional(),
  remove: flag,
  protected: flag,
  fleecing: z.object({ enabled: flag, storage: text }).optional(),
  performance: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
  "notes-template": text,
  "notification-mode": text,
  "pbs-change-detection-mode": text,
  "exclude-path": z.array(z.string()).optional(),
  "repeat-missed": flag,
  bwlimit: number,
  dumpdir: text,
  ionice: number,
  lockwait: number,
  mailnotification: text,
  mailto: text,
  pigz: number,
  quiet: flag,
  script: text,
  stdexcludes: flag,
  stop: flag,
  stopwait: number,
  tmpdir: text,
  zstd: number,
};

/** A job in the one shape that is compared: by PVE's names, lists in their order, without what is PVE's default. */
export const JobObject = z
  .object({
    ...fields,
    /** The `now` that it has been run for: ours, in the note. */
    ran: text,
  })
  // What a newer PVE may know is compared too.
  .catchall(z.unknown());
export type JobObject = z.output<typeof JobObject>;

const Writable = z.object(fields);

/** Whether it is an option that can be written. */
export const isKnownOption = (key: string): boolean => key in fields;

/** What stands for nothing else than leaving it out. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  all: false,
  bwlimit: 0,
  comment: "",
  exclude: "",
  ionice: 7,
  lockwait: 180,
  mailnotification: "always",
  mailto: "",
  "notification-mode": "auto",
  pigz: 0,
  protected: false,
  remove: true,
  "repeat-missed": false,
  stdexcludes: true,
  stop: false,
  stopwait: 10,
  zstd: 1,
};
const PERFORMANCE: Readonly<Record<string, number>> = { "max-workers": 16, "pbs-entries-max": 1_048_576 };

/** A job word for word as PVE tells it. Its comment comes by itself: our note stands in it. */
export function jobAsTold(told: Wire, comment: string): JobObject {
  const { id: _id, type: _type, digest: _digest, "next-run": _next, starttime, dow, maxfiles, ...plain } = told;
  return JobObject.parse(
    said({
      ...plain,
      comment,
      schedule: told.schedule ?? scheduleOf(starttime, dow),
      storage: told.storage ?? "local",
      mode: told.mode ?? "snapshot",
      compress: told.compress ?? "0",
      enabled: told.enabled ?? true,
      all: told.all || undefined,
      fleecing: told.fleecing && said(told.fleecing),
      performance: told.performance && said(told.performance),
      "prune-backups": told["prune-backups"]
        ? retentionIn(told["prune-backups"])
        : maxfiles === undefined
          ? undefined
          : retentionIn({ "keep-last": maxfiles }),
    }),
  );
}

/** A job as PVE tells it, in the shape that is compared. */
export function jobObject(told: Wire, comment: string): JobObject {
  // How much is written to a terminal says nothing of what is done.
  const { quiet: _quiet, fleecing, ...job } = jobAsTold(told, comment);
  return stripped({
    ...job,
    compress: job.compress === "1" ? "lzo" : job.compress,
    vmid: job.vmid && listText(job.vmid),
    exclude: job.exclude && listText(job.exclude),
    mailto: job.mailto && listText(job.mailto),
    performance: job.performance && speedOf(job.performance),
    "exclude-path": job["exclude-path"]?.length ? job["exclude-path"] : undefined,
    fleecing: fleecing?.storage && fleecing.enabled !== false ? fleecingTo(fleecing.storage) : undefined,
  });
}

const fleecingTo = (storage: string) => ({ enabled: true, storage });

/** A job as it is declared, for the guests that it is for. */
export function declaredJob(job: Job, selection: Selection): JobObject {
  const { notification, performance } = job;
  return stripped({
    ...selection,
    comment: job.comment,
    schedule: job.schedule,
    storage: job.storage,
    mode: job.mode,
    compress: job.compress === "none" ? "0" : job.compress,
    enabled: job.enabled,
    node: job.node,
    remove: job.prune,
    protected: job.protected,
    "notes-template": job.notes,
    "notification-mode": notification?.mode,
    mailto: notification?.mailto && listText(notification.mailto.join()),
    mailnotification: notification?.when,
    bwlimit: job.bandwidth,
    ionice: job.ionice,
    "pbs-change-detection-mode": job.changeDetection,
    zstd: job.zstdThreads,
    lockwait: job.lockWait,
    stopwait: job.stopWait,
    "repeat-missed": job.repeatMissed,
    "exclude-path": job.excludePaths,
    "prune-backups": job.keep && retentionFor(job.keep),
    fleecing: job.fleecing && fleecingTo(job.fleecing.storage),
    performance:
      performance && speedOf({ "max-workers": performance.maxWorkers, "pbs-entries-max": performance.pbsEntriesMax }),
  });
}

function speedOf(
  told: Readonly<Record<string, string | number | undefined>>,
): Record<string, string | number> | undefined {
  const speed = Object.entries(told).flatMap(([key, value]) =>
    value === undefined || value === PERFORMANCE[key] ? [] : [[key, value] as const],
  );
  return speed.length === 0 ? undefined : Object.fromEntries(speed);
}

const said = (told: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined && value !== null));

/** Without what is PVE's default; the keys in their order. */
function stripped(job: Readonly<Record<string, unknown>>): JobObject {
  const rest = Object.entries(said(job)).filter(([key, value]) => value !== DEFAULTS[key]);
  return JobObject.parse(Object.fromEntries(rest.toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

/** Numbers by size, names by the alphabet, each once. */
function listText(text: string): string {
  return [...new Set(list(text))].toSorted((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1)).join();
}

const DAYS = "mon,tue,wed,thu,fri,sat,sun";

/** As PVE made a schedule of the two when it stopped to keep them. */
function scheduleOf(starttime: unknown, dow: unknown): string {
  const days = typeof dow === "string" ? list(dow).join() : "";
  return days === "" || days === DAYS ? String(starttime ?? "") : `${days} ${String(starttime ?? "")}`;
}

/** What PVE takes to have a job so. */
export function writtenJob(job: JobObject): Omit<Takes["POST /cluster/backup"], "id"> {
  const { "prune-backups": retention, fleecing, performance, ...plain } = Writable.parse(job);
  return {
    ...plain,
    ...(retention ? { "prune-backups": retentionText(retention) } : {}),
    ...(fleecing ? { fleecing: pairs(fleecing) } : {}),
    ...(performance ? { performance: pairs(performance) } : {}),
  };
}

const pairs = (values: Readonly<Record<string, string | number | boolean | undefined>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${typeof value === "boolean" ? Number(value) : value}`)
    .join();
