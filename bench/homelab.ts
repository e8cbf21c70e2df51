import type { Connection } from "../lab/connection.ts";
import type { GroundWish } from "./ground.ts";
import { LabProcess } from "./lab-process.ts";

/** The simulated cluster on which there is something to do by its API. */
export const homelab = ({ latency }: GroundWish): Promise<LabProcess> =>
  LabProcess.start({ cluster: "homelab", latency, config: apiKeys });

const apiKeys = ({ nodes, token, caFile }: Connection) => ({
  "pve:endpoint": nodes.map(({ api }) => api),
  "pve:tokenId": token.id,
  "pve:ca": caFile,
});
