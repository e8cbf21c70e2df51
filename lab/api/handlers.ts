import { acl } from "./access/acl.ts";
import { directory } from "./access/directory.ts";
import { domains } from "./access/domains.ts";
import { effectivePermissions } from "./access/effective.ts";
import { groups } from "./access/groups.ts";
import { logins } from "./access/login.ts";
import { password } from "./access/password.ts";
import { roles } from "./access/roles.ts";
import { tfa } from "./access/tfa.ts";
import { tokens } from "./access/tokens.ts";
import { userTfa } from "./access/user-tfa.ts";
import { users } from "./access/users.ts";
import type { Handler } from "./call.ts";
import { backup } from "./cluster/backup.ts";
import { backupInfo } from "./cluster/backup-info.ts";
import { jobs } from "./cluster/jobs.ts";
import { options } from "./cluster/options.ts";
import { clusterResources } from "./cluster/resources.ts";
import { clusterStatus } from "./cluster/status.ts";
import { lxcChanges } from "./guests/change-lxc.ts";
import { qemuChanges } from "./guests/change-qemu.ts";
import { guestConfigs } from "./guests/config.ts";
import { guests } from "./guests/guests.ts";
import { indexes } from "./indexes.ts";
import { nodes } from "./nodes/nodes.ts";
import { tasks } from "./nodes/tasks.ts";
import { time } from "./nodes/time.ts";
import { backups } from "./nodes/vzdump.ts";
import { pools } from "./pools.ts";
import { storageConfig } from "./storage/config.ts";
import { storageContent } from "./storage/content.ts";
import { prunedBackups } from "./storage/prune-backups.ts";
import { storageStatus } from "./storage/status.ts";
import { storageVolumes } from "./storage/volume.ts";

/** What the lab answers, by verb and path of the schema. Everything else is 501. */
export const handlers: Readonly<Record<string, Handler>> = {
  ...indexes,
  ...directory,
  ...logins,
  ...effectivePermissions,
  ...domains,
  ...password,
  ...tfa,
  ...userTfa,
  ...roles,
  ...groups,
  ...users,
  ...tokens,
  ...acl,
  ...clusterStatus,
  ...clusterResources,
  ...options,
  ...backup,
  ...backupInfo,
  ...jobs,
  ...nodes,
  ...tasks,
  ...time,
  ...backups,
  ...pools,
  ...storageConfig,
  ...storageStatus,
  ...storageContent,
  ...storageVolumes,
  ...prunedBackups,
  ...guests,
  ...guestConfigs,
  ...qemuChanges,
  ...lxcChanges,
};
