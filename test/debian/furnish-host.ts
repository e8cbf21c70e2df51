import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { HostKeys, Login } from "./login.ts";
import { type PciFunction, writePciBus } from "./pci-bus.ts";

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
  /** What is on its PCI bus; else what is on the machine's. */
  readonly pci?: readonly PciFunction[];
}

const HOST_KEY = "/etc/ssh/ssh_host_ed25519_key";
const SSHD = [`HostKey ${HOST_KEY}`, "PermitRootLogin prohibit-password", "UseDNS no"];

interface Named extends Furniture {
  readonly name: string;
  readonly login: Login & HostKeys;
}

/** Makes a copied root the host that is wanted. */
export function furnishHost(folder: string, host: Named): void {
  const { name, login, sshd = [], rootShell, files = {}, programs = {}, pci } = host;
  const root = join(folder, "root");
  const config = [...sshd, ...SSHD, `ListenAddress ${login.address}`, `Port ${login.port}`];
  put(root, "/etc/ssh/sshd_config.d/00-test.conf", `${config.join("\n")}\n`);
  put(root, HOST_KEY, login.privateHostKey, 0o600);
  put(root, `${HOST_KEY}.pub`, `${login.hostKey}\n`);
  put(root, "/etc/hostname", `${name}\n`);
  put(root, "/etc/hosts", `127.0.0.1 localhost\n127.0.1.1 ${name}\n`);
  authorize(root, { home: "/root", id: 0, key: login.authorizedKey });
  authorize(root, { home: "/home/admin", id: 1000, key: login.authorizedKey });
  if (rootShell) giveShell(root, rootShell);
  for (const [path, text] of Object.entries(files)) put(root, path, text);
  for (const [program, text] of Object.entries(programs)) put(root, `/usr/local/bin/${program}`, text, 0o755);
  if (pci) writePciBus(join(folder, "sys"), pci);
  // The machine's own kernel would say what that found.
  if (pci) put(root, "/usr/local/bin/dmesg", "#!/bin/sh\necho 'AMD-Vi: Interrupt remapping enabled'\n", 0o755);
}

function authorize(
  root: string,
  { home, id, key }: { readonly home: string; readonly id: number; readonly key: string },
) {
  const keys = join(home, ".ssh/authorized_keys");
  put(root, keys, `${key}\n`, 0o600);
  for (const path of [dirname(keys), keys]) chownSync(join(root, path), id, id);
}

function giveShell(root: string, shell: string): void {
  const accounts = readFileSync(join(root, "/etc/passwd"), "utf8");
  const given = accounts.replace(/^(root:.*:).*$/m, (_, before: string) => `${before}${shell}`);
  put(root, "/etc/passwd", given);
}

function put(root: string, path: string, text: string, mode = 0o644): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
}
