import { type CustomResourceOptions, dynamic, type Input, type Output } from "@pulumi/pulumi";
import { declared } from "#providers/core/declared.ts";
import { deferred } from "#providers/core/deferred.ts";

const provider = deferred(() => import("pulumi-pve-ops/provider/BackupRetention"));

/** Everything, or how many backups of each kind of period. */
export type BackupKeep =
  | "all"
  | {
      readonly last?: Input<number>;
      readonly hourly?: Input<number>;
      readonly daily?: Input<number>;
      readonly weekly?: Input<number>;
      readonly monthly?: Input<number>;
      readonly yearly?: Input<number>;
    };

export interface BackupJobArgs {
  readonly id: Input<string>;
  /** A calendar event of PVE: `02:00`, `sun 03:00`, `*-*-1 04:00`. */
  readonly schedule: Input<string>;
  /** `"all"`, numbers, a pool, or tags: whoever has one of them when it is previewed. */
  readonly guests: Input<
    | "all"
    | Input<number>[]
    | { readonly vmids: Input<Input<number>[]> }
    | { readonly pool: Input<string> }
    | { readonly tags: Input<Input<string>[]> }
  >;
  /** Numbers or tags, of `"all"` or of tags. */
  readonly exclude?: Input<Input<number | string>[]>;
  /** Just the guests on this node. */
  readonly node?: Input<string>;
  readonly storage: Input<string>;
  /** Default snapshot. */
  readonly mode?: Input<"snapshot" | "suspend" | "stop">;
  /** Default zstd. */
  readonly compress?: Input<"zstd" | "gzip" | "lzo" | "none">;
  /** Without it, the storage's own retention holds. */
  readonly keep?: Input<BackupKeep>;
  /** False removes nothing after a run, and fails it when too many are there. Default true. */
  readonly prune?: Input<boolean>;
  /** Marks each new backup, so that nothing prunes it. Default false. */
  readonly protected?: Input<boolean>;
  readonly comment?: Input<string>;
  /** Notes for each backup: one line, with `{{cluster}}`, `{{guestname}}`, `{{node}}`, `{{vmid}}`. */
  readonly notes?: Input<string>;
  readonly notification?: Input<{
    readonly mode?: Input<"auto" | "notification-system" | "legacy-sendmail">;
    readonly mailto?: Input<Input<string>[]>;
    readonly when?: Input<"always" | "failure">;
  }>;
  /** Where a VM's writes meanwhile go. */
  readonly fleecing?: Input<{ readonly storage: Input<string> }>;
  /** KiB/s. */
  readonly bandwidth?: Input<number>;
  readonly ionice?: Input<number>;
  readonly performance?: Input<{ readonly maxWorkers?: Input<number>; readonly pbsEntriesMax?: Input<number> }>;
  /** How containers are read for PBS. */
  readonly changeDetection?: Input<"legacy" | "data" | "metadata">;
  readonly zstdThreads?: Input<number>;
  /** Minutes. */
  readonly lockWait?: Input<number>;
  /** Minutes. */
  readonly stopWait?: Input<number>;
  readonly excludePaths?: Input<Input<string>[]>;
  /** Default false. */
  readonly repeatMissed?: Input<boolean>;
  /** Default true. */
  readonly enabled?: Input<boolean>;
}

export interface BackupRetentionArgs {
  readonly jobs: Input<Input<BackupJobArgs>[]>;
  /** Retention of storages themselves, for every backup that no job's own retention is about. */
  readonly storages?: Input<Input<{ readonly storage: Input<string>; readonly keep: Input<BackupKeep> }>[]>;
  /** What stops a preview, and an up. */
  readonly guard?: Input<{
    /** No more backups than that may fall to what is declared here. */
    readonly maxRemove?: Input<number>;
    /** No guest that loses any may keep fewer than that. */
    readonly minKeep?: Input<number>;
    /** Whether all that a guest has may go once a new one is there. Default false. */
    readonly allowLast?: Input<boolean>;
  }>;
  /** Run each job once and wait for it. Another word or date runs them once more. Default false. */
  readonly now?: Input<boolean | string>;
  /** What becomes of backups when their job goes; removed are they never. Default keep. */
  readonly onDestroy?: Input<"keep" | "protect">;
  /** Go over jobs that others made or changed. */
  readonly force?: Input<boolean>;
}

/** Backup jobs and their retention, which is shown before it bites. */
export class BackupRetention extends dynamic.Resource {
  /** The jobs, and retentions of storages, as they stand. */
  declare readonly objects: Output<Record<string, unknown>>;

  constructor(name: string, args: BackupRetentionArgs, opts?: CustomResourceOptions) {
    const props = { ...declared(name, args, opts), before: undefined, ran: undefined };
    super(provider, name, props, opts, "pve", "BackupRetention");
  }
}
