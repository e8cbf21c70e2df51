import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { command, type Result } from "../../setup/engine/command.ts";
import { pythonWith } from "../../test/support/python.ts";

// As fast as Ansible goes by its own means: few round trips a task, and all hosts at once.
/** Which ansible-core. */
export const ANSIBLE = "2.19.14";

const CONFIG = `[defaults]
forks = 20
interpreter_python = /usr/bin/python3
stdout_callback = ansible.builtin.default
nocows = true
[ssh_connection]
pipelining = true
`;

/** A host as Ansible reaches it. */
export interface AnsibleHost {
  readonly name: string;
  /** A config for OpenSSH in which the host has its name. */
  readonly sshConfig: string;
}

/** One of the playbooks beside this, done or only looked at. */
export interface Play {
  readonly playbook: "playbook.yml" | "undo.yml";
  readonly check: boolean;
}

/** Prepares hosts for passthrough by Ansible. */
export class Ansible {
  readonly #program: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "pve-ops-ansible-"));
  #runs = 0;

  private constructor(program: string) {
    this.#program = program;
    writeFileSync(join(this.#folder, "ansible.cfg"), CONFIG);
  }

  static async ready(): Promise<Ansible> {
    return new Ansible(join(dirname(await pythonWith(`ansible-core==${ANSIBLE}`)), "ansible-playbook"));
  }

  play(
    hosts: readonly AnsibleHost[],
    slot: string,
    { playbook, check }: Play,
    interrupt?: AbortSignal,
  ): Promise<Result> {
    const { control, inventory } = this.#place(hosts, slot);
    const args = ["-i", inventory, ...(check ? ["--check", "--diff"] : []), join(import.meta.dirname, playbook)];
    return command(this.#program, args, { env: this.#env(control), interrupt });
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Each run has connections of its own, as a day's first run has. */
  #place(hosts: readonly AnsibleHost[], slot: string): { readonly control: string; readonly inventory: string } {
    this.#runs += 1;
    const control = join(this.#folder, `c${this.#runs}`);
    mkdirSync(control);
    const inventory = join(control, "inventory.json");
    const each = hosts.map(({ name, sshConfig }) => [name, { ansible_ssh_common_args: `-F ${sshConfig}`, slot }]);
    writeFileSync(inventory, JSON.stringify({ all: { hosts: Object.fromEntries(each) } }));
    return { control, inventory };
  }

  #env(control: string): NodeJS.ProcessEnv {
    return {
      PATH: process.env["PATH"],
      HOME: this.#folder,
      LC_ALL: "C.UTF-8",
      ANSIBLE_HOME: this.#folder,
      ANSIBLE_CONFIG: join(this.#folder, "ansible.cfg"),
      ANSIBLE_SSH_CONTROL_PATH_DIR: control,
    };
  }
}
