import { labDocument } from "../../lab/document.ts";
import { endpointsModule } from "./endpoints.ts";
import { previewPictures } from "./preview-picture.ts";
import { pageWithParts } from "./reference.ts";
import { retentionPicture } from "./retention-picture.ts";
import { stackConfigSchema } from "./stack-config.ts";

/** Every file that is made from other parts of the project, whole or in parts. */
export const made: Readonly<Record<string, () => string>> = {
  "docs/lab.md": labDocument,
  "docs/resources/api-token-role.md": () => pageWithParts("docs/resources/api-token-role.md"),
  "docs/resources/backup-retention.md": () => pageWithParts("docs/resources/backup-retention.md"),
  "docs/resources/vfio-host-config.md": () => pageWithParts("docs/resources/vfio-host-config.md"),
  "docs/resources/backup-retention.svg": retentionPicture,
  ...previewPictures,
  "providers/pve/endpoints.ts": endpointsModule,
  "stacks/stack.schema.json": stackConfigSchema,
};
