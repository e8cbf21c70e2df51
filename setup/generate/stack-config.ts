import { z } from "zod";
import { ApiTokenRole } from "../../providers/schemas.ts";

/** The lists of the stack config, by the class that each entry makes. */
const LISTS = { tokens: ApiTokenRole };

const text = (description: string) => z.string().optional().describe(description);
const secure = z.union([z.string(), z.strictObject({ secure: z.string() })]).optional();

/** How the cluster is reached: as providers/pve/connection.ts reads it. */
const connection = {
  "pve:endpoint": z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe("https://host:8006, or a list that is tried in order. Instead: PVE_ENDPOINT"),
  "pve:tokenId": text("user@realm!name. Instead: PVE_TOKEN_ID"),
  "pve:tokenSecret": secure.describe("its value, a secret. Instead: PVE_TOKEN_SECRET"),
  "pve:username": text("name@realm, where there is no token. Instead: PVE_USERNAME"),
  "pve:password": secure.describe("a secret. Instead: PVE_PASSWORD"),
  "pve:ca": text("the cluster's CA: PEM, or a file. Instead: PVE_CA_BUNDLE"),
  "pve:fingerprint": z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe("SHA-256 of the certificates that are trusted, one a node"),
  "pve:insecure": z.boolean().optional().describe("trust whoever answers; every run warns"),
  "pve:secrets": z.record(z.string(), z.unknown()).optional().describe("secrets by name, for { secret: name }"),
};

/** The JSON Schema of `Pulumi.<stack>.yaml`, by which an editor completes it. */
export function stackConfigSchema(): string {
  const lists = Object.entries(LISTS).map(([key, args]) => {
    const entry = args.extend({ name: z.string().min(1).describe("the resource's name") });
    return [`pve-ops:${key}`, z.array(entry).optional()] as const;
  });
  const config = z.looseObject({ ...connection, ...Object.fromEntries(lists) });
  const schema = z.toJSONSchema(z.looseObject({ config: config.optional() }), { io: "input", unrepresentable: "any" });
  return `${JSON.stringify({ ...schema, title: "A stack of pulumi-pve-ops" }, null, 2)}\n`;
}
