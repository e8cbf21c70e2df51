import { expect } from "chai";
import { presets } from "../../providers/access/presets.ts";
import { openTokenRoles } from "../support/token-roles.ts";

const CI = {
  role: { name: "CiBackup", privileges: ["VM.Audit", "VM.Backup"] },
  user: { id: "ci@pve", comment: "a robot" },
  token: { name: "pipeline" },
  acl: [{ path: "/vms/101" }],
};

for (const release of ["8.4", "9.2"] as const)
  describe(`the preset pulumi-tokens on ${release}`, () => {
    /** Makes, changes, renews and removes a token role as a token that has `privileges` on /access and on /vms. */
    async function walk(privileges: readonly string[]): Promise<void> {
      const roles = await openTokenRoles(release);
      try {
        const { users, acl, roles: known } = roles.byHand.access;
        known.set("Stack", new Set(privileges));
        users.set("stack@pve", { enable: true, expire: 0, tokens: new Map([["ops", { privsep: true, expire: 0 }]]) });
        for (const path of ["/access", "/vms"])
          for (const [kind, id] of [
            ["user", "stack@pve"],
            ["token", "stack@pve!ops"],
          ] as const)
            acl.push({ path, kind, id, role: "Stack", propagate: true });
        roles.lab.cluster.tokenSecrets.set("stack@pve!ops", "s");
        roles.remember();
        roles.as({ id: "stack@pve!ops", secret: "s" });
        const made = await roles.make("ci", CI);
        const changed = await roles.change("ci", made, {
          ...CI,
          role: { name: "CiSnapshot", privileges: ["VM.Snapshot"] },
          user: { id: "ci@pve", comment: "another" },
          rotate: { keepers: { a: "b" } },
          acl: [{ path: "/vms/110" }],
        });
        await roles.remove("ci", changed);
        expect(roles.left()).to.deep.equal([]);
      } finally {
        await roles.close();
      }
    }

    it("is enough to make, change, renew and remove token roles below where it is granted", () =>
      walk(presets["pulumi-tokens"]()));

    for (const without of presets["pulumi-tokens"]())
      it(`is not enough without ${without}`, async () => {
        const failed = await walk(presets["pulumi-tokens"]().filter((one) => one !== without)).then(
          () => undefined,
          (thrown: Error) => thrown.message,
        );
        expect(failed).to.match(/403|lacks Sys.Audit|requires 'Permissions.Modify'/);
      });
  });
