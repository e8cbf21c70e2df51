import { randomInt } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { newKeyPair } from "../../lab/host/ssh/keys.ts";

/** How SSH gets to a host, and how it knows it. */
export interface Login {
  /** One of 127.0.0.0/8: each host has its own. */
  readonly address: string;
  readonly port: number;
  /** The private key that `root` and `admin` let in, and its file. */
  readonly key: string;
  readonly keyFile: string;
  /** The host's own public key: `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  readonly knownHosts: string;
  /** A config for OpenSSH's programs, in which the host has its name. */
  readonly sshConfig: string;
}

/** What the host's side of a login is. */
export interface HostKeys {
  readonly privateHostKey: string;
  readonly authorizedKey: string;
}

/** Makes keys and an address, and writes into the folder what a client needs of them. */
export async function newLogin(folder: string, name: string): Promise<Login & HostKeys> {
  const [own, host] = [newKeyPair(name), newKeyPair(name)];
  const login = await loginBy(folder, name, { key: own.private, hostKey: host.public });
  return { ...login, privateHostKey: host.private, authorizedKey: own.public };
}

/** The same where the host has its keys already. */
export async function loginBy(
  folder: string,
  name: string,
  { key, hostKey }: { readonly key: string; readonly hostKey: string },
): Promise<Login> {
  const address = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
  const port = await freePort(address);
  const [keyFile, knownHosts, sshConfig] = [
    join(folder, "key"),
    join(folder, "known_hosts"),
    join(folder, "ssh_config"),
  ];
  writeFileSync(keyFile, key, { mode: 0o600 });
  writeFileSync(knownHosts, `[${address}]:${port} ${hostKey}\n`);
  writeFileSync(
    sshConfig,
    `Host ${name}
  HostName ${address}
  Port ${port}
  User root
  IdentityFile ${keyFile}
  IdentitiesOnly yes
  BatchMode yes
  UserKnownHostsFile ${knownHosts}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  LogLevel ERROR
`,
  );
  return { address, port, key, keyFile, hostKey, knownHosts, sshConfig };
}

async function freePort(address: string): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, "listening");
  const bound = server.address();
  await new Promise((done) => server.close(done));
  if (bound === null || typeof bound === "string") throw new Error(`${address} gave no port`);
  return bound.port;
}
