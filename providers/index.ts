// What a program imports: the classes of resources, and nothing that they need to run.
export { ApiTokenRole, type ApiTokenRoleArgs } from "./access/api-token-role.ts";
export {
  type BackupJobArgs,
  type BackupKeep,
  BackupRetention,
  type BackupRetentionArgs,
} from "./backup/backup-retention.ts";
export {
  type VfioDevice,
  type VfioGpu,
  VfioHostConfig,
  type VfioHostConfigArgs,
} from "./passthrough/vfio-host-config.ts";
