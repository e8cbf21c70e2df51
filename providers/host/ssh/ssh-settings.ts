import { z } from "zod";
import { failureWords, parse } from "../../core/door.ts";
import type { Config } from "../../core/session.ts";
import { Trouble } from "../../core/trouble.ts";

const text = z.string().min(1);
const texts = z.union([text, z.array(text)], { error: "want a text, or a list of texts" });
const seconds = z.number("want a number of seconds").positive();
const fingerprint = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, "want a fingerprint as `ssh-keygen -lf` prints it, SHA256:…");
const fingerprints = z.union([fingerprint, z.array(fingerprint).min(1)], {
  error: "want a fingerprint as `ssh-keygen -lf` prints it, SHA256:…, or a list of them",
});

/** How hosts are reached over SSH: `pve:ssh`, and for one host `pve:nodes.<name>.ssh`. */
export const SshSettings = z.strictObject({
  user: text.optional().describe("as whom to log in; root where ~/.ssh/config says nothing either"),
  port: z.int("want a whole number").min(1).max(65535).optional(),
  privateKey: text.optional().describe("the key itself, a secret"),
  privateKeyFile: text.optional().describe("or the file that holds it"),
  passphrase: text.optional().describe("what the key is encrypted with, a secret"),
  agent: z
    .union([z.boolean(), text], { error: "want true, false or the path of an agent's socket" })
    .optional()
    .describe("true: the agent of SSH_AUTH_SOCK; a path: that agent; false: none"),
  knownHosts: texts
    .optional()
    .describe("a file like ~/.ssh/known_hosts, or a list of its lines; instead of the usual files"),
  jump: texts.optional().describe("hosts to go through, in order: user@host:port, or an alias of ~/.ssh/config"),
  hostKey: fingerprints.optional().describe("SHA256:… of the host keys that are trusted, and no others"),
  sudo: z.boolean().optional().describe("whether to work through sudo; true for any user but root"),
  keepAlive: seconds.optional().describe("seconds between two signs of life; 15"),
  connectTimeout: seconds.optional().describe("seconds until a host must have let us in; 15"),
  config: text.optional().describe("a file like ~/.ssh/config instead of that one; none: no such file"),
});
export type SshSettings = z.output<typeof SshSettings>;

/** `pve:ssh` as a whole. */
export const Ssh = SshSettings.extend({
  parallel: z.int("want a whole number").min(1).optional().describe("how many hosts are worked on at a time; 100"),
});

/** `pve:nodes`: hosts by the names that resources call them. */
export const Nodes = z.record(
  z.string(),
  z.strictObject({
    address: text.optional().describe("where it is, or an alias of ~/.ssh/config; its name where nothing is said"),
    hostKey: fingerprints.optional().describe("SHA256:… of its host key, or of each of them"),
    ssh: SshSettings.optional().describe("what differs from pve:ssh"),
    facts: z.unknown().optional().describe("what a preview takes for true where pve:offline is set"),
  }),
);

/** What the stack config says of hosts, mistakes named by where they are. */
export function sshSettings(config: Config): { ssh: z.output<typeof Ssh>; nodes: z.output<typeof Nodes> } {
  return { ssh: read("pve:ssh", Ssh, config), nodes: read("pve:nodes", Nodes, config) };
}

function read<T>(key: string, schema: z.ZodType<T>, config: Config): T {
  const parsed = parse(schema, jsonIn(key, config(key) || "{}"));
  if (parsed.is === "known") return parsed.args;
  const failures = parsed.is === "wrong" ? parsed.failures : [{ property: "", reason: "not everything is known yet" }];
  throw wrong(key, failures.map(failureWords).join("; "));
}

function jsonIn(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not quoted: it may hold a key.
    throw wrong(key, "it is one text, not names with values");
  }
}

const wrong = (key: string, came: string) =>
  new Trouble({
    doing: `reading ${key} from the stack config`,
    came,
    next: `Set each value with: pulumi config set --path '${key}.<name>' VALUE (with --secret for a key or passphrase)`,
  });
