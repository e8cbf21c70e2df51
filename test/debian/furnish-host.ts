import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { HostKeys, Login } from "./login.ts";

/** What makes a host other than as Debian has it. */
export interface Furniture {
  /** Lines of sshd's configuration; they go before Debian's. */
  readonly sshd?: readonly string[];
  /** Root's login shell. */
  readonly rootShell?: string;
  /** Files, by path, that are there or written over before it starts. */
  readonly files?: Readonly<Record<string, string>>;
  /** Programs in /usr/local/bin, by name. */
  readonly programs?: Readonly<Record<string, string>>;
}

interface Named extends Furniture {
  readonly name: string;
  readonly login: Login & HostKeys;
}

/** Makes a copied root the host that is wanted. */
export function furnishHost(
  root: string,
  { name, login, sshd = [], rootShell, files = {}, programs = {} }: Named,
): void {
  const config = [
    ...sshd,
    ...[`ListenAddress ${login.address}`, `Port ${login.port}`, "HostKey /etc/ssh/ssh_host_ed25519_key"],
    ...["PermitRootLogin prohibit-password", "UseDNS no"],
  ];
  put(root, "/etc/ssh/sshd_config.d/00-test.conf", `${config.join("\n")}\n`);
  put(root, "/etc/ssh/ssh_host_ed25519_key", login.privateHostKey, 0o600);
  put(root, "/etc/ssh/ssh_host_ed25519_key.pub", `${login.hostKey}\n`);
  put(root, "/etc/hostname", `${name}\n`);
  put(root, "/etc/hosts", `127.0.0.1 localhost\n127.0.1.1 ${name}\n`);
  for (const { home, id } of [
    { home: "/root", id: 0 },
    { home: "/home/admin", id: 1000 },
  ]) {
    put(root, `${home}/.ssh/authorized_keys`, `${login.authorizedKey}\n`, 0o600);
    for (const path of [`${home}/.ssh`, `${home}/.ssh/authorized_keys`]) chownSync(join(root, path), id, id);
  }
  if (rootShell) {
    const accounts = readFileSync(join(root, "/etc/passwd"), "utf8");
    put(
      root,
      "/etc/passwd",
      accounts.replace(/^(root:.*:).*$/m, (_, before: string) => `${before}${rootShell}`),
    );
  }
  for (const [path, text] of Object.entries(files)) put(root, path, text);
  for (const [program, text] of Object.entries(programs)) put(root, `/usr/local/bin/${program}`, text, 0o755);
}

function put(root: string, path: string, text: string, mode = 0o644): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
}
