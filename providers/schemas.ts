// The zod schemas of the args, by their class: `pulumi-pve-ops/schemas`.
export { Args as ApiTokenRole } from "./access/api-token-role.args.ts";
export { Args as BackupRetention } from "./backup/backup-retention.args.ts";
export { Args as VfioHostConfig } from "./passthrough/vfio-host-config.args.ts";
