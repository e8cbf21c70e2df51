import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { newCluster } from "../../lab/cluster.ts";
import { Lab } from "../../lab/lab.ts";
import { pythonWith, runPython } from "../support/python.ts";

/** Logs in as its environment says, makes a user with a token, reads it back, and says what it saw. */
const PROGRAM = `
import json, os
from proxmoxer import ProxmoxAPI, ResourceException

how = json.loads(os.environ["LAB_LOGIN"])
pve = ProxmoxAPI(os.environ["LAB_HOST"], port=int(os.environ["LAB_PORT"]), verify_ssl=os.environ["LAB_CA"], **how)
pve.access.roles.create(roleid="Robot", privs="VM.Audit VM.Backup")
pve.access.users.create(userid="bot@pve", comment="beep")
token = pve.access.users("bot@pve").token("ci").create(privsep=1, comment="boop")
pve.access.acl.put(path="/vms", roles="Robot", users="bot@pve", tokens="bot@pve!ci")
seen = {
    "release": pve.version.get()["release"],
    "user": pve.access.users("bot@pve").get()["comment"],
    "token": token["full-tokenid"],
    "acl": sorted(entry["ugid"] for entry in pve.access.acl.get()),
    "permissions": pve.access.permissions.get(userid="bot@pve!ci", path="/vms"),
}
try:
    pve.access.users.create(userid="bot@pve")
except ResourceException as refusal:
    seen["again"] = [refusal.status_code, refusal.status_message]
try:
    pve.access.users.create(userid="nobody")
except ResourceException as refusal:
    seen["wrong"] = [refusal.status_code, sorted((refusal.errors or {}).keys())]
pve.access.users("bot@pve").delete()
pve.access.roles("Robot").delete()
seen["left"] = [user["userid"] for user in pve.access.users.get()]
print(json.dumps(seen))
`;

describe("proxmoxer", function () {
  this.timeout(300_000);
  let python: string;
  let lab: Lab;
  let folder: string;

  before(async () => {
    python = await pythonWith("proxmoxer==2.2.0", "requests==2.32.3");
    folder = mkdtempSync(join(tmpdir(), "pve-ops-proxmoxer-"));
    const cluster = newCluster("lab", [{ name: "pve1", release: "9.2" }]);
    cluster.passwords.set("root@pam", "secret-secret");
    cluster.access.users.get("root@pam")?.tokens.set("lab", { expire: 0, privsep: false });
    cluster.tokenSecrets.set("root@pam!lab", "0f5a7b1e-6a4e-4c0e-9f2e-1b1b1b1b1b1b");
    lab = await Lab.start(cluster);
    writeFileSync(join(folder, "ca.pem"), lab.ca);
  });
  after(async () => {
    await lab?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const { by, login } of [
    { by: "a password", login: { user: "root@pam", password: "secret-secret" } },
    {
      by: "a token",
      login: { user: "root@pam", token_name: "lab", token_value: "0f5a7b1e-6a4e-4c0e-9f2e-1b1b1b1b1b1b" },
    },
  ])
    it(`works unchanged with ${by}`, async () => {
      const { hostname, port } = new URL(lab.nodes[0]?.api ?? "");
      const said = await runPython(python, PROGRAM, folder, {
        LAB_HOST: hostname,
        LAB_PORT: port,
        LAB_CA: join(folder, "ca.pem"),
        LAB_LOGIN: JSON.stringify(login),
      });
      expect(JSON.parse(said)).to.deep.equal({
        release: "9.2",
        user: "beep",
        token: "bot@pve!ci",
        acl: ["bot@pve", "bot@pve!ci"],
        permissions: { "/vms": { "VM.Audit": 1, "VM.Backup": 1 } },
        again: [500, "Internal Server Error"],
        wrong: [400, ["userid"]],
        left: ["root@pam"],
      });
    });
});
