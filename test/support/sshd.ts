import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { portOf } from "./port.ts";

const SSHD = "/usr/sbin/sshd";

/** Whether this machine has OpenSSH's server (Debian: openssh-server). */
export const hasSshd = (): boolean => existsSync(SSHD);

export type KeyType = "ed25519" | "ecdsa" | "rsa";

/** A key pair made by ssh-keygen: the path of its private half. */
export function madeKey(folder: string, name: string, type: KeyType = "ed25519", passphrase = ""): string {
  const path = join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-C", name, "-f", path]);
  return path;
}

/** As `ssh-keygen -lf` prints it. */
export const fingerprintIn = (file: string): string =>
  execFileSync("ssh-keygen", ["-lf", file], { encoding: "utf8" }).split(" ")[1] ?? "";

interface Options {
  /** Its host keys; ed25519 where nothing is said. */
  readonly types?: readonly KeyType[];
  /** Of its sshd_config, before the usual ones. */
  readonly lines?: readonly string[];
  /** Where its programs are looked for. */
  readonly path?: string;
}

/** A real sshd on loopback, with host keys of its own. Each connection has a process of its own, as from inetd. */
export class Sshd {
  readonly folder: string;
  /** The processes of its connections, the first one first. */
  readonly sessions: ChildProcess[] = [];
  readonly user = userInfo().username;
  /** The private half of a key that is let in. */
  readonly key: string;
  readonly #server: Server;
  readonly #types: readonly KeyType[];

  private constructor(folder: string, { types = ["ed25519"], lines = [], path = process.env["PATH"] ?? "" }: Options) {
    this.folder = folder;
    this.#types = types;
    for (const type of types) madeKey(folder, `host_${type}`, type);
    this.key = madeKey(folder, "user");
    writeFileSync(join(folder, "authorized_keys"), readFileSync(`${this.key}.pub`));
    const config = join(folder, "sshd_config");
    const hostKeys = types.map((type) => `HostKey ${join(folder, `host_${type}`)}`);
    const usual = ["UsePAM no", "StrictModes no", "PermitRootLogin yes", "PasswordAuthentication no", "UseDNS no"];
    // No file of the user's own home is read by the login shell.
    const env = `SetEnv HOME=${folder} PATH=${path}`;
    const keys = `AuthorizedKeysFile ${join(folder, "authorized_keys")}`;
    writeFileSync(config, `${[...lines, ...hostKeys, ...usual, env, keys].join("\n")}\n`);
    this.#server = createServer({ pauseOnConnect: true }, (socket) => {
      const session = spawn(SSHD, ["-i", "-e", "-f", config], { stdio: [socket, socket, "ignore"] });
      this.sessions.push(session);
      socket.destroy();
    });
  }

  static async start(options: Options = {}): Promise<Sshd> {
    if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true });
    const sshd = new Sshd(mkdtempSync(join(tmpdir(), "pve-ops-sshd-")), options);
    await new Promise<void>((done) => sshd.#server.listen(0, "127.0.0.1", done));
    return sshd;
  }

  get port(): number {
    return portOf(this.#server);
  }

  hostKey(type: KeyType = this.#types[0] ?? "ed25519"): string {
    return join(this.folder, `host_${type}`);
  }

  /** Lets whoever has this key in. */
  admit(key: string): void {
    writeFileSync(join(this.folder, "authorized_keys"), readFileSync(`${key}.pub`), { flag: "a" });
  }

  async end(): Promise<void> {
    for (const session of this.sessions) session.kill("SIGKILL");
    await new Promise((done) => this.#server.close(done));
    rmSync(this.folder, { recursive: true });
  }
}
