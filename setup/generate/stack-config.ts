import { z } from "zod";
import { Nodes, Ssh, SshSettings } from "../../providers/host/ssh/ssh-settings.ts";
import { ApiTokenRole, BackupRetention, VfioHostConfig } from "../../providers/schemas.ts";

/** The lists of the stack config, by the class that each entry makes. */
const LISTS = { vfio: VfioHostConfig, tokens: ApiTokenRole, backups: BackupRetention };

/** What Pulumi takes for a secret it may encrypt, whatever it is. */
const text = z.union([z.string(), z.strictObject({ secure: z.string() })]);
const texts = z.union([text, z.array(z.string())]);

/** The same settings, where those that are secret may be encrypted. */
const encryptable = {
  privateKey: text.optional().describe("the key itself, a secret"),
  passphrase: text.optional().describe("what the key is encrypted with, a secret"),
};
const node = Nodes.valueType.extend({
  ssh: SshSettings.extend(encryptable).optional().describe("what differs from pve:ssh"),
});

/** How the cluster is reached: as providers/pve/connection.ts and providers/host/ssh/ssh-settings.ts read it. */
const connection = {
  "pve:endpoint": texts
    .optional()
    .describe("https://host:8006, or a list that is tried in order. Instead: PVE_ENDPOINT"),
  "pve:tokenId": text.optional().describe("user@realm!name. Instead: PVE_TOKEN_ID"),
  "pve:tokenSecret": text.optional().describe("its value, a secret. Instead: PVE_TOKEN_SECRET"),
  "pve:username": text.optional().describe("name@realm, where there is no token. Instead: PVE_USERNAME"),
  "pve:password": text.optional().describe("a secret. Instead: PVE_PASSWORD"),
  "pve:ca": text.optional().describe("the cluster's CA: PEM, or a file. Instead: PVE_CA_BUNDLE"),
  "pve:fingerprint": texts.optional().describe("SHA-256 of the certificates that are trusted, one a node"),
  "pve:insecure": z
    .union([z.boolean(), z.enum(["true", "false"])])
    .optional()
    .describe("trust whoever answers; every run warns"),
  "pve:ssh": Ssh.extend(encryptable).optional().describe("how hosts are reached over SSH"),
  "pve:nodes": z.record(z.string(), node).optional().describe("hosts by the names that resources call them"),
  "pve:offline": z
    .union([z.boolean(), z.enum(["true", "false"])])
    .optional()
    .describe("nothing is reached: previews go by pve:nodes.<name>.facts, or by what was seen last"),
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
