import ssh2, { type AuthContext, type ParsedKey } from "ssh2";
import type { Host } from "../host.ts";
import { treeFiles } from "../machine/files.ts";

/** Who can be logged in as. */
export interface Account {
  readonly name: string;
  readonly home: string;
  readonly shell: string;
}

/** The account of that name in the host's own `/etc/passwd`. */
export function accountOf(host: Host, user: string): Account | undefined {
  const lines = textOf(host, "/etc/passwd").split("\n");
  const [name, , , , , home = "/", shell = "/bin/sh"] =
    lines.find((line) => line.startsWith(`${user}:`))?.split(":") ?? [];
  return name === undefined || /\/(?:nologin|false)$/.test(shell) ? undefined : { name, home, shell };
}

/** Whether someone is who they say: by a key of the host's own `authorized_keys`, or the password that PAM knows. */
export function isProven(host: Host, account: Account, context: AuthContext): boolean {
  if (context.method === "password") return host.cluster.passwords.get(`${account.name}@pam`) === context.password;
  if (context.method !== "publickey") return false;
  const { key, signature, blob, hashAlgo } = context;
  const known = authorizedKeys(host, account).find((one) => one.getPublicSSH().equals(key.data));
  if (known === undefined) return false;
  // Without a signature the client only asks whether it is worth the while to make one.
  return !signature || (blob !== undefined && known.verify(blob, signature, hashAlgo) === true);
}

function authorizedKeys(host: Host, { home }: Account) {
  const lines = textOf(host, `${home}/.ssh/authorized_keys`).split("\n");
  return lines
    .filter((line) => /^(?:ssh|ecdsa)-/.test(line))
    .flatMap((line) => ssh2.utils.parseKey(line))
    .filter((key): key is ParsedKey => !(key instanceof Error));
}

const textOf = ({ tree }: Host, path: string): string => treeFiles(tree).read(path) ?? "";
