import type { Release } from "../../lab/schema/schema.ts";
import { kind } from "../../providers/backup/backup-retention.provider.ts";
import { lifecycle } from "../../providers/core/lifecycle.ts";
import { OnLab } from "./on-lab.ts";

export const openBackups = (release?: Release): Promise<OnLab> =>
  OnLab.open((session) => lifecycle(kind, session), release);

export const NIGHTLY = {
  id: "nightly",
  schedule: "02:00",
  guests: { pool: "production" },
  storage: "backups",
  keep: { daily: 7 },
};
export const WEEKLY = {
  ...{ id: "weekly", schedule: "sun 03:00", guests: "all", exclude: ["ai"] },
  ...{ storage: "nfs-weekly", mode: "stop", keep: { weekly: 4 }, comment: "for the worst case" },
};
export const MONTHLY = {
  ...{ id: "monthly", schedule: "*-*-1 04:00", guests: { tags: ["critical"] } },
  ...{ storage: "pbs-offsite", keep: { monthly: 6 }, notes: "{{guestname}} of {{node}}" },
};
