import type { Contender, Course } from "../contender.ts";
import type { Ground } from "../ground.ts";
import type { Phase } from "../phases.ts";
import type { Ansible, Play } from "./ansible.ts";

const PLAYS: Readonly<Record<Phase, Play>> = {
  preview: { playbook: "playbook.yml", check: true },
  up: { playbook: "playbook.yml", check: false },
  "preview again": { playbook: "playbook.yml", check: true },
  destroy: { playbook: "undo.yml", check: false },
};

/** What it says of a host: two tasks look, four write. */
const WORDS: Readonly<Record<Phase, string>> = {
  preview: "ok=6 changed=4",
  up: "ok=6 changed=4",
  "preview again": "ok=6 changed=0",
  destroy: "ok=4 changed=4",
};

interface Surroundings {
  readonly ansible: Ansible;
  readonly ground: Ground;
  readonly interrupt: AbortSignal;
}

/** Ansible with pipelining, and the playbooks beside this. */
export const ansibleContender = ({ ansible, ground, interrupt }: Surroundings): Contender => ({
  name: "ansible",
  makes: true,
  async open(subject, size): Promise<Course> {
    const [hosts, slot] = [ground.hosts?.slice(0, size), subject.ansible?.slot];
    if (hosts === undefined || slot === undefined) throw new Error(`Ansible does not make ${subject.words.many}`);
    return {
      run: (phase) => ansible.play(hosts, slot, PLAYS[phase], interrupt),
      expects: (phase) => ({ code: 0, words: `${hosts.at(-1)?.name} : ${WORDS[phase]}` }),
      close: () => undefined,
    };
  },
});
