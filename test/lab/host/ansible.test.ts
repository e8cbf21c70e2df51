import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { command } from "../../../setup/engine/command.ts";
import { pythonWith } from "../../support/python.ts";
import { SshLab } from "../../support/ssh-lab.ts";

const PLAY = `
- hosts: all
  gather_facts: false
  tasks:
    - setup:
      register: found
    - command: cat /etc/hostname
      register: said
    - copy: { content: "options kvm ignore_msrs=1\\n", dest: /etc/modprobe.d/ansible.conf, mode: "0640" }
      register: copied
    - blockinfile: { path: /etc/modules, block: "vfio\\nvfio_pci" }
      register: added
    - copy:
        content: "{{ [found.ansible_facts.ansible_hostname, found.ansible_facts.ansible_distribution_release, said.stdout, copied.changed, added.changed] | to_json }}"
        dest: "{{ answers }}"
      delegate_to: localhost
      vars: { ansible_connection: local }
`;

describe("Ansible", function () {
  this.timeout(300_000);
  let lab: SshLab;
  let playbook: string;

  before(async () => {
    const python = await pythonWith("ansible-core==2.19.14");
    playbook = join(python, "../ansible-playbook");
    lab = await SshLab.open();
  });
  after(() => lab?.close());

  const play = async (pipelining: boolean) => {
    const place = (name: string) => join(lab.folder, name);
    writeFileSync(place("play.yml"), PLAY);
    writeFileSync(place("hosts"), "pve1 ansible_user=root ansible_python_interpreter=/usr/bin/python3\n");
    const env = {
      ...process.env,
      ANSIBLE_HOME: place("ansible"),
      ANSIBLE_SSH_ARGS: `-F ${lab.config} -o ControlMaster=auto -o ControlPersist=10`,
      ANSIBLE_PIPELINING: String(pipelining),
    };
    const { code, stdout, stderr } = await command(
      playbook,
      ["-i", place("hosts"), "-e", `answers=${place("answers")}`, place("play.yml")],
      { env },
    );
    expect(code, stdout + stderr).to.equal(0);
    return JSON.parse(readFileSync(place("answers"), "utf8"));
  };

  it("finds out, runs, copies and edits, with its files sent first and without, and the second time changes nothing", async () => {
    expect(await play(false)).to.deep.equal(["pve1", "trixie", "pve1", true, true]);
    expect(await play(true)).to.deep.equal(["pve1", "trixie", "pve1", false, false]);
    const { stdout } = await lab.ssh("pve1", "stat -c %a /etc/modprobe.d/ansible.conf; tail -4 /etc/modules");
    expect(stdout).to.equal("640\n# BEGIN ANSIBLE MANAGED BLOCK\nvfio\nvfio_pci\n# END ANSIBLE MANAGED BLOCK\n");
  });
});
