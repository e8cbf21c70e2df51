import type { Engine } from "../setup/engine/attempt.ts";
import { ensureEngine } from "../setup/engine/engine.ts";
import { BPG, ensureOpenTofu, type OpenTofu, TOFU } from "../setup/opentofu/opentofu.ts";
import { ANSIBLE, Ansible } from "./ansible/ansible.ts";
import { ansibleContender } from "./ansible/contender.ts";
import type { Contender, Name } from "./contender.ts";
import type { Ground } from "./ground.ts";
import { tofuContender } from "./opentofu.ts";
import { pulumiContender } from "./pulumi.ts";

interface Ready {
  readonly engine: Engine | undefined;
  readonly tofu: OpenTofu | undefined;
  readonly ansible: Ansible | undefined;
}

/** What the contenders are made of. */
export class Programs {
  readonly #ready: Ready;
  readonly #interrupt: AbortSignal;

  /** Gets what these contenders need. */
  static async ready(names: readonly Name[], say: (text: string) => void, interrupt: AbortSignal): Promise<Programs> {
    const progress = (text: string) => say(`${text} …`);
    const needsEngine = names.some((name) => name !== "tofu" && name !== "ansible");
    const engine = needsEngine ? await ensureEngine(progress) : undefined;
    const tofu = names.includes("tofu") ? await ensureOpenTofu(progress, interrupt) : undefined;
    const ansible = names.includes("ansible") ? await Ansible.ready() : undefined;
    return new Programs({ engine, tofu, ansible }, interrupt);
  }

  private constructor(ready: Ready, interrupt: AbortSignal) {
    this.#ready = ready;
    this.#interrupt = interrupt;
  }

  get versions(): Readonly<Record<string, string>> {
    const { engine, tofu, ansible } = this.#ready;
    return {
      ...(engine ? { pulumi: engine.version } : {}),
      ...(tofu ? { opentofu: TOFU.version, "bpg/proxmox": BPG.version } : {}),
      ...(ansible ? { "ansible-core": ANSIBLE } : {}),
    };
  }

  contender(name: Name, ground: Ground): Contender {
    const { engine, tofu, ansible } = this.#ready;
    const { connection } = ground;
    const around = { ground, interrupt: this.#interrupt };
    if (name === "tofu" && tofu && connection) return tofuContender({ ...around, connection, programs: tofu });
    if (name === "ansible" && ansible) return ansibleContender({ ...around, ansible });
    if (name !== "tofu" && name !== "ansible" && engine) return pulumiContender(name, { ...around, engine });
    throw new Error(`${name} has nothing here that it could work on`);
  }

  close(): void {
    this.#ready.ansible?.close();
  }
}
