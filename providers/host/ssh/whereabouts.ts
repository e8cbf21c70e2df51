import type { Destination } from "./destination.ts";

/** A host as an error names it: `pve1 (root@192.0.2.11:22, through bastion)`. */
export function whereabouts({ name, user, host, port, via }: Destination): string {
  const through = via ? `, through ${via.name}` : "";
  return `${name} (${user}@${host.includes(":") ? `[${host}]` : host}:${port}${through})`;
}
