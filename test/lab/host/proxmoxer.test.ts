import { expect } from "chai";
import { pythonWith, runPython } from "../../support/python.ts";
import { SshLab } from "../../support/ssh-lab.ts";

/** Reads, makes, changes and removes through `pvesh`, over SSH as its environment says. */
const PROGRAM = `
import json, os
from proxmoxer import ProxmoxAPI

pve = ProxmoxAPI(os.environ["LAB_HOST"], **json.loads(os.environ["LAB_LOGIN"]))
pve.access.roles.create(roleid="Robot", privs="VM.Audit VM.Backup")
pve.access.users.create(userid="bot@pve", comment="it's a bot")
pve.access.acl.put(path="/vms", roles="Robot", users="bot@pve")
seen = {
    "release": pve.version.get()["release"],
    "nodes": sorted(node["node"] for node in pve.nodes.get()),
    "user": pve.access.users("bot@pve").get()["comment"],
    "acl": [entry["ugid"] for entry in pve.access.acl.get()],
}
pve.access.users("bot@pve").delete()
pve.access.roles("Robot").delete()
seen["left"] = [user["userid"] for user in pve.access.users.get()]
print(json.dumps(seen))
`;

describe("proxmoxer over SSH", function () {
  this.timeout(300_000);
  let python: string;
  let lab: SshLab;

  before(async () => {
    python = await pythonWith("proxmoxer==2.2.0", "requests==2.32.3", "paramiko==5.1.0", "openssh-wrapper==0.4");
    lab = await SshLab.open();
  });
  after(() => lab?.close());

  const seen = async (backend: string, login: object) => {
    // OpenSSH's client finds the host by the name that its config has for it.
    const host = backend === "openssh" ? "pve1" : lab.lab.nodes[0]?.ssh?.host;
    const env = { LAB_HOST: host, LAB_LOGIN: JSON.stringify({ backend, ...login }) };
    return JSON.parse(await runPython(python, PROGRAM, lab.folder, env));
  };
  const expected = {
    release: "9.2",
    nodes: ["pve1", "pve2"],
    user: "it's a bot",
    acl: ["bot@pve"],
    left: ["root@pam"],
  };

  for (const { how, backend, login } of [
    {
      how: "ssh_paramiko and a key",
      backend: "ssh_paramiko",
      login: () => ({ user: "root", private_key_file: lab.key }),
    },
    {
      how: "ssh_paramiko and a password",
      backend: "ssh_paramiko",
      login: () => ({ user: "root", password: "secret-secret" }),
    },
    {
      how: "ssh_paramiko and sudo",
      backend: "ssh_paramiko",
      login: () => ({ user: "admin", private_key_file: lab.key, sudo: true }),
    },
    {
      how: "openssh",
      backend: "openssh",
      login: () => ({ user: "root", config_file: lab.config, identity_file: lab.key }),
    },
  ])
    it(`works unchanged with ${how}`, async () => {
      const port = lab.lab.nodes[0]?.ssh?.port;
      expect(await seen(backend, { ...login(), port })).to.deep.equal(expected);
    });
});
