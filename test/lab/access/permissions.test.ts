import { expect } from "chai";
import { permissions } from "../../../lab/access/permissions.ts";
import { builtInRoles, privilegesOf } from "../../../lab/access/privileges.ts";
import { parseUserConfig } from "../../../lab/access/user-config.ts";
import { apiOf, type Release } from "../../../lab/schema/schema.ts";

const RELEASES: readonly Release[] = ["8.4", "9.2"];
const BASE = `user:joe@pve:1:0::::::
token:joe@pve!all:0:0::
token:joe@pve!own:0:1::
token:root@pam!own:0:1::
group:team:joe@pve::
pool:lab::100:backup:
role:Look:VM.Audit:
role:Use:VM.PowerMgmt,VM.Backup:
`;

const held = (acl: string, holder: string, path: string): string[] =>
  [...permissions(parseUserConfig(`${BASE}${acl}`), "9.2", holder, path).keys()].toSorted();

describe("the privileges of a release", () => {
  for (const release of RELEASES)
    it(`${release} are the ones that its own schema names`, () => {
      const named = apiOf(release).paths["/access/roles/{roleid}"]?.GET?.returns?.properties;
      expect([...privilegesOf(release)].toSorted()).to.deep.equal(Object.keys(named ?? {}).toSorted());
    });

  it("differ where 9 took VM.Monitor apart", () => {
    expect(privilegesOf("8.4").has("VM.Monitor")).to.equal(true);
    expect(privilegesOf("9.2").has("VM.Monitor")).to.equal(false);
    expect(privilegesOf("9.2").has("VM.GuestAgent.Audit")).to.equal(true);
  });

  it("make the roles that come with it, each of known privileges", () => {
    for (const release of RELEASES) {
      const roles = builtInRoles(release);
      expect([...roles.keys()].toSorted()).to.deep.equal([
        "Administrator",
        "NoAccess",
        "PVEAdmin",
        "PVEAuditor",
        "PVEDatastoreAdmin",
        "PVEDatastoreUser",
        "PVEMappingAdmin",
        "PVEMappingUser",
        "PVEPoolAdmin",
        "PVEPoolUser",
        "PVESDNAdmin",
        "PVESDNUser",
        "PVESysAdmin",
        "PVETemplateUser",
        "PVEUserAdmin",
        "PVEVMAdmin",
        "PVEVMUser",
      ]);
      expect(roles.get("Administrator")).to.deep.equal(privilegesOf(release));
      expect(roles.get("PVEAdmin")?.has("Mapping.Modify")).to.equal(false);
      expect(roles.get("PVEAdmin")?.has("Sys.Modify")).to.equal(false);
    }
  });
});

describe("what somebody may", () => {
  for (const { rule, acl, holder, path, may } of [
    { rule: "nobody has anything without an ACL", acl: "", holder: "joe@pve", path: "/vms/100", may: [] },
    {
      rule: "a role goes on below its path",
      acl: "acl:1:/vms:joe@pve:Look:",
      holder: "joe@pve",
      path: "/vms/100",
      may: ["VM.Audit"],
    },
    {
      rule: "unless it does not propagate",
      acl: "acl:0:/vms:joe@pve:Look:",
      holder: "joe@pve",
      path: "/vms/100",
      may: [],
    },
    {
      rule: "and then holds on the path itself",
      acl: "acl:0:/vms:joe@pve:Look:",
      holder: "joe@pve",
      path: "/vms",
      may: ["VM.Audit"],
    },
    {
      rule: "deeper replaces shallower",
      acl: "acl:1:/:joe@pve:Use:\nacl:1:/vms:joe@pve:Look:",
      holder: "joe@pve",
      path: "/vms/101",
      may: ["VM.Audit"],
    },
    {
      rule: "a group's role is its members'",
      acl: "acl:1:/vms:@team:Look:",
      holder: "joe@pve",
      path: "/vms/100",
      may: ["VM.Audit"],
    },
    {
      rule: "a user's own ACL beats the group's on the same path",
      acl: "acl:1:/vms:@team:Use:\nacl:1:/vms:joe@pve:Look:",
      holder: "joe@pve",
      path: "/vms/100",
      may: ["VM.Audit"],
    },
    {
      rule: "a group's deeper ACL beats the user's",
      acl: "acl:1:/vms/100:@team:Use:\nacl:1:/vms:joe@pve:Look:",
      holder: "joe@pve",
      path: "/vms/100",
      may: ["VM.Backup", "VM.PowerMgmt"],
    },
    {
      rule: "NoAccess wins within a path",
      acl: "acl:1:/vms:joe@pve:Look,NoAccess:",
      holder: "joe@pve",
      path: "/vms/100",
      may: [],
    },
    {
      rule: "a pool's role holds for its guests",
      acl: "acl:1:/pool/lab:joe@pve:Look:",
      holder: "joe@pve",
      path: "/vms/100",
      may: ["VM.Audit"],
    },
    {
      rule: "and for its storages",
      acl: "acl:1:/pool/lab:joe@pve:Look:",
      holder: "joe@pve",
      path: "/storage/backup",
      may: ["VM.Audit"],
    },
    {
      rule: "and for nothing else",
      acl: "acl:1:/pool/lab:joe@pve:Look:",
      holder: "joe@pve",
      path: "/vms/101",
      may: [],
    },
    {
      rule: "a pool's role adds to the guest's",
      acl: "acl:1:/pool/lab:joe@pve:Look:\nacl:1:/vms:joe@pve:Use:",
      holder: "joe@pve",
      path: "/vms/100",
      may: ["VM.Audit", "VM.Backup", "VM.PowerMgmt"],
    },
    {
      rule: "a pool's NoAccess beats the guest's role",
      acl: "acl:1:/pool/lab:joe@pve:NoAccess:\nacl:1:/vms:joe@pve:Use:",
      holder: "joe@pve",
      path: "/vms/100",
      may: [],
    },
    {
      rule: "a guest's NoAccess beats the pool's role",
      acl: "acl:1:/pool/lab:joe@pve:Look:\nacl:1:/vms/100:joe@pve:NoAccess:",
      holder: "joe@pve",
      path: "/vms/100",
      may: [],
    },
    {
      rule: "a token that is not separated has all that its owner has, its own ACLs aside",
      acl: "acl:1:/vms:joe@pve:Look:\nacl:1:/vms:joe@pve!all:Use:",
      holder: "joe@pve!all",
      path: "/vms/100",
      may: ["VM.Audit"],
    },
    {
      rule: "a separated token has nothing by its owner alone",
      acl: "acl:1:/vms:joe@pve:Look:",
      holder: "joe@pve!own",
      path: "/vms/100",
      may: [],
    },
    {
      rule: "nor by itself alone",
      acl: "acl:1:/vms:joe@pve!own:Look:",
      holder: "joe@pve!own",
      path: "/vms/100",
      may: [],
    },
    {
      rule: "but the privileges that both have, whatever roles they come from",
      acl: "acl:1:/vms:joe@pve:PVEVMAdmin:\nacl:1:/vms:joe@pve!own:Use:",
      holder: "joe@pve!own",
      path: "/vms/100",
      may: ["VM.Backup", "VM.PowerMgmt"],
    },
    {
      rule: "a separated token of root has what its own ACLs say",
      acl: "acl:1:/vms:root@pam!own:Look:",
      holder: "root@pam!own",
      path: "/vms/100",
      may: ["VM.Audit"],
    },
    {
      rule: "a token that does not exist has nothing",
      acl: "acl:1:/:joe@pve:Use:",
      holder: "joe@pve!gone",
      path: "/",
      may: [],
    },
  ])
    it(rule, () => expect(held(acl, holder, path)).to.deep.equal(may));

  it("is everything for root", () => {
    expect(held("", "root@pam", "/anything")).to.deep.equal([...privilegesOf("9.2")].toSorted());
  });

  it("goes on below for a token only where it does for its owner too", () => {
    const acl = "acl:0:/vms:joe@pve:Look:\nacl:1:/vms:joe@pve!own:Look:";
    const config = parseUserConfig(`${BASE}${acl}`);
    expect([...permissions(config, "9.2", "joe@pve!own", "/vms")]).to.deep.equal([["VM.Audit", false]]);
  });
});
