import { expect } from "chai";
import { capabilities } from "../../../lab/access/capabilities.ts";
import { parseUserConfig } from "../../../lab/access/user-config.ts";

const AREAS = ["access", "dc", "mapping", "nodes", "sdn", "storage", "vms"];
const nothing = Object.fromEntries(AREAS.map((area) => [area, {}]));

describe("what the web interface shows somebody", () => {
  it("is every privilege to root, each in its area", () => {
    const { dc, access, vms } = capabilities(parseUserConfig(""), "9.2", "root@pam");
    expect(Object.keys(dc ?? {}).toSorted()).to.deep.equal([
      ...["SDN.Allocate", "SDN.Audit", "SDN.Use", "Sys.Audit", "Sys.Modify"],
    ]);
    expect(Object.keys(access ?? {}).toSorted()).to.deep.equal(["Group.Allocate", "Permissions.Modify", "User.Modify"]);
    expect(vms).to.include({ "VM.GuestAgent.Audit": 1, "VM.Allocate": 1, "Permissions.Modify": 1 });
    expect(capabilities(parseUserConfig(""), "8.4", "root@pam")["vms"]).to.include({ "VM.Monitor": 1 });
  });

  for (const { acl, shown } of [
    { acl: "", shown: {} },
    { acl: "acl:1:/vms/100:joe@pve:Backup:", shown: { vms: { "VM.Audit": 1, "VM.Backup": 1 } } },
    {
      acl: "acl:1:/pool/p:joe@pve:Backup:",
      shown: { vms: { "VM.Audit": 1, "VM.Backup": 1 }, storage: { "Datastore.Audit": 1 } },
    },
    {
      acl: "acl:0:/:joe@pve:PVEAuditor:",
      shown: { dc: { "Sys.Audit": 1, "SDN.Audit": 1 } },
    },
    {
      acl: "acl:1:/access/groups/g:joe@pve:PVEUserAdmin:",
      shown: { access: { "Group.Allocate": 1, "User.Modify": 1 } },
    },
  ])
    it(`is ${JSON.stringify(shown)} by ${acl || "no ACL"}`, () => {
      const config = parseUserConfig(
        `user:joe@pve:1:0:\npool:p:::\nrole:Backup:VM.Audit,VM.Backup,Datastore.Audit:\n${acl}`,
      );
      expect(capabilities(config, "9.2", "joe@pve")).to.deep.equal({ ...nothing, ...shown });
    });
});
