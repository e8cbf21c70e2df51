import { expect } from "chai";
import { isAclPath, normalPath } from "../../../lab/access/acl-path.ts";
import { authorize } from "../../../lab/access/authorize.ts";
import { parseUserConfig } from "../../../lab/access/user-config.ts";
import { ApiError } from "../../../lab/api/api-error.ts";
import { apiOf, type Verb } from "../../../lab/schema/schema.ts";

const CONFIG = parseUserConfig(`user:joe@pve:1:0::::::
user:ann@pve:1:0::::::
user:boss@pve:1:0::::::
token:joe@pve!ci:0:0::
group:team:ann@pve::
role:Look:VM.Audit:
role:People:User.Modify,Realm.AllocateUser:
acl:1:/vms/100:joe@pve:Look:
acl:1:/storage/backup:joe@pve:PVEDatastoreAdmin:
acl:1:/access/groups/team:joe@pve:People:
acl:1:/access:boss@pve:People:
`);

/** What PVE would answer instead of doing it; nothing where it would do it. */
function refusal(call: string, params: object, holder: string | undefined): string | undefined {
  const [verb, path = ""] = call.split(" ");
  const method = apiOf("9.2").paths[path]?.[verb as Verb];
  if (!method) throw new Error(`no ${call}`);
  try {
    authorize({ config: CONFIG, release: "9.2", holder }, method.permissions, { ...params });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ApiError) return `${thrown.status} ${thrown.message.trim()}`;
    throw thrown;
  }
}

describe("a call", () => {
  const vm = { node: "pve1", vmid: "100" };
  for (const { call, params, holder, answer } of [
    { call: "GET /access/domains", params: {}, holder: undefined, answer: undefined },
    { call: "GET /version", params: {}, holder: undefined, answer: "403 Permission check failed (user != null)" },
    { call: "GET /version", params: {}, holder: "joe@pve", answer: undefined },
    { call: "GET /nodes/{node}/qemu/{vmid}/config", params: vm, holder: "joe@pve", answer: undefined },
    { call: "GET /nodes/{node}/qemu/{vmid}/config", params: vm, holder: "joe@pve!ci", answer: undefined },
    {
      call: "GET /nodes/{node}/qemu/{vmid}/config",
      params: { ...vm, vmid: "101" },
      holder: "joe@pve",
      answer: "403 Permission check failed (/vms/101, VM.Audit)",
    },
    {
      call: "DELETE /access/roles/{roleid}",
      params: { roleid: "Look" },
      holder: "joe@pve",
      answer: "403 Permission check failed (/access, Sys.Modify)",
    },
    { call: "DELETE /access/roles/{roleid}", params: { roleid: "Look" }, holder: "root@pam", answer: undefined },
    {
      call: "PUT /access/acl",
      params: { path: "/storage/backup", roles: "Look" },
      holder: "joe@pve",
      answer: undefined,
    },
    {
      call: "PUT /access/acl",
      params: { path: "/vms/100", roles: "Look" },
      holder: "joe@pve",
      answer: "403 Permission check failed (/vms/100, Permissions.Modify|VM.Allocate)",
    },
    {
      call: "PUT /access/acl",
      params: { path: "/vms", roles: "Look" },
      holder: "joe@pve",
      answer: "403 Permission check failed (/vms, Permissions.Modify)",
    },
    // One's own tokens, those of one's group's members, and nobody else's.
    {
      call: "POST /access/users/{userid}/token/{tokenid}",
      params: { userid: "joe@pve", tokenid: "new" },
      holder: "joe@pve",
      answer: undefined,
    },
    {
      call: "POST /access/users/{userid}/token/{tokenid}",
      params: { userid: "ann@pve", tokenid: "new" },
      holder: "joe@pve",
      answer: undefined,
    },
    {
      call: "POST /access/users/{userid}/token/{tokenid}",
      params: { userid: "boss@pve", tokenid: "new" },
      holder: "joe@pve",
      answer: "403 Permission check failed",
    },
    {
      call: "POST /access/users",
      params: { userid: "new@pve", groups: "team" },
      holder: "joe@pve",
      answer: "403 Permission check failed (/access/realm/pve, Realm.AllocateUser)",
    },
    { call: "POST /access/users", params: { userid: "new@pve" }, holder: "boss@pve", answer: undefined },
    {
      call: "PUT /access/users/{userid}",
      params: { userid: "gone@pve" },
      holder: "boss@pve",
      answer: "500 no such user ('gone@pve')",
    },
  ])
    it(`${call} ${JSON.stringify(params)} by ${holder ?? "nobody"} is ${answer ?? "let through"}`, () =>
      expect(refusal(call, params, holder)).to.equal(answer));
});

describe("a path of an ACL", () => {
  for (const [written, kept] of [
    ["/", "/"],
    ["//vms///100/", "/vms/100"],
    ["vms", "/vms"],
    ["/vms/1 2", undefined],
    ["", undefined],
  ] as const)
    it(`${JSON.stringify(written)} is kept as ${kept ?? "nothing"}`, () => expect(normalPath(written)).to.equal(kept));

  for (const [path, known] of [
    ["/", true],
    ["/vms/100", true],
    ["/vms/99", false],
    ["/mapping/pci", true],
    ["/mapping/pci/gpu1", true],
    ["/pool/a/b/c", true],
    ["/pool/a/b/c/d", false],
    ["/access/users", false],
    ["/nonsense", false],
  ] as const)
    it(`${path} is ${known ? "" : "not "}one`, () => expect(isAclPath(path)).to.equal(known));
});
