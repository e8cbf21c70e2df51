/** What a run may find, by the short fixed words that a rule of the gate can name. */
export const FINDING_CODES = [
  // Of all resources.
  ...(["awaited", "insecure", "taken-over", "unreachable"] as const),
  // Of ApiTokenRole.
  ...(["expires", "more-rights", "role-held-by-others"] as const),
  // Of BackupRetention.
  ...(["backs-up-nobody", "dry-run-differs", "excludes-nobody", "ha-stop", "job", "never-runs", "next-runs"] as const),
  ...(["no-fsfreeze", "not-backed-up", "remains", "removes", "same-start", "shared-retention"] as const),
  ...(["untold", "would-remove"] as const),
  // Of VfioHostConfig.
  ...(["console", "containers", "goes-along", "groups-unknown", "guests-go-down", "healed", "next-boot"] as const),
  ...(["no-answer", "obsolete-module", "others-ids", "quorum", "reboot-pending", "refused-since"] as const),
  ...(["shared-group", "stays-dark"] as const),
] as const;

export type FindingCode = (typeof FINDING_CODES)[number];
