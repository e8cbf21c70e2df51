import { ApiTokenRole } from "#providers/access/api-token-role.ts";
import { BackupRetention } from "#providers/backup/backup-retention.ts";
import { VfioHostConfig } from "#providers/passthrough/vfio-host-config.ts";
import { declareAll } from "./program.ts";

// The resources of this version, by the name of their list in the stack config.
const declared = declareAll({ vfio: VfioHostConfig, tokens: ApiTokenRole, backups: BackupRetention });

/** What programs need of each token role, by its name: `pulumi stack output tokens --show-secrets`. */
export const tokens = Object.fromEntries(
  declared.flatMap(({ name, resource }) =>
    resource instanceof ApiTokenRole ? [[name, { tokenId: resource.tokenId, secret: resource.secret }]] : [],
  ),
);
