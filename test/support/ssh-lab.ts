import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newCluster } from "../../lab/cluster.ts";
import { type Output, outputOf } from "../../lab/host/output.ts";
import type { RunningHost } from "../../lab/host/running.ts";
import { Lab } from "../../lab/lab.ts";

/** A lab of two nodes with hosts, and OpenSSH's clients to reach them. */
export class SshLab {
  readonly lab: Lab;
  /** For what a client has to have in files. */
  readonly folder: string;

  static async open(): Promise<SshLab> {
    const nodes = ["pve1", "pve2"].map((name, n) => ({ name, release: n === 0 ? ("9.2" as const) : ("8.4" as const) }));
    const cluster = newCluster("lab", nodes);
    cluster.passwords.set("root@pam", "secret-secret");
    return new SshLab(await Lab.start(cluster, { hosts: true }));
  }

  private constructor(lab: Lab) {
    this.lab = lab;
    this.folder = mkdtempSync(join(tmpdir(), "pve-ops-ssh-"));
    writeFileSync(this.key, lab.hosts.key.private, { mode: 0o600 });
    this.trust();
  }

  get key(): string {
    return join(this.folder, "key");
  }

  host(name: string): RunningHost {
    return this.lab.hosts.of(name);
  }

  /** Has the clients know the keys that the hosts have now. */
  trust(): void {
    const known = this.lab.nodes.map(({ name }) => `${name} ${this.host(name).publicKey}\n`);
    writeFileSync(join(this.folder, "known_hosts"), known.join(""));
    const hosts = this.lab.nodes.map(
      ({ name, ssh }) => `Host ${name}\n  HostName ${ssh?.host}\n  Port ${ssh?.port}\n  HostKeyAlias ${name}\n`,
    );
    const all = `Host *
  User root
  IdentityFile ${this.key}
  IdentitiesOnly yes
  BatchMode yes
  UserKnownHostsFile ${join(this.folder, "known_hosts")}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  UpdateHostKeys no
  LogLevel ERROR
`;
    writeFileSync(this.config, hosts.join("") + all);
  }

  get config(): string {
    return join(this.folder, "config");
  }

  /** A command over OpenSSH's client. */
  ssh(destination: string, command: string, { input = "", args = [] as readonly string[] } = {}): Promise<Output> {
    return this.client("ssh", [...args, destination, command], input);
  }

  /** One of OpenSSH's programs that knows the hosts by their names. */
  client(program: "ssh" | "scp" | "sftp", args: readonly string[], input = ""): Promise<Output> {
    return outputOf(spawn(program, ["-F", this.config, ...args]), input);
  }

  async close(): Promise<void> {
    await this.lab.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
