import { expect } from "chai";
import { check } from "../../../lab/schema/check.ts";
import { matches } from "../../../lab/schema/pattern.ts";
import { apiOf, type Release, type Verb } from "../../../lab/schema/schema.ts";

const RELEASES: readonly Release[] = ["8.4", "9.2"];

/** What PVE would say of the parameters, by their path. */
function said(call: string, params: object, release: Release = "9.2"): Record<string, string> {
  const [verb, path = ""] = call.split(" ");
  const method = apiOf(release).paths[path]?.[verb as Verb];
  if (!method) throw new Error(`no ${call} in ${release}`);
  return Object.fromEntries(check(params, method.parameters).entries());
}

describe("the API's schema", () => {
  for (const release of RELEASES) {
    it(`of ${release} is whole: every method has a name and parameters, no part is left to be looked up`, () => {
      const { version, paths } = apiOf(release);
      expect(version.startsWith(release)).to.equal(true);
      const methods = Object.values(paths).flatMap((verbs) => Object.values(verbs));
      expect(methods.length).to.be.above(600);
      for (const { name, parameters } of methods) {
        expect(name).to.be.a("string");
        expect(parameters).to.be.an("object");
      }
      expect(JSON.stringify(paths)).not.to.match(/"\$":\d/);
    });

    it(`of ${release} has no pattern that cannot be matched`, () => {
      const patterns = [...JSON.stringify(apiOf(release).paths).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)];
      expect(patterns.length).to.be.above(100);
      // The longer ones are those over which a pattern could be tried in ever more ways.
      for (const [, pattern = ""] of patterns)
        for (const text of ["x", ...["x", "0", "a-", "a.", "aa:", "a,"].map((part) => `${part.repeat(200)}!`)])
          expect(() => matches(JSON.parse(pattern), text), pattern).not.to.throw();
    });
  }

  it("is PVE's own pattern language: flags of a group, whole match", () => {
    expect(matches("(?^i:abc)", "ABC")).to.equal(true);
    expect(matches("(?^:abc)", "ABC")).to.equal(false);
    expect(matches("(?^u:^((?>[a-z]+,?)+)$)", "a,b")).to.equal(true);
    expect(matches("a|b", "ab"), "the alternatives as a whole").to.equal(true);
  });
});

describe("parameters", () => {
  const NOT_THERE = "property is not defined in schema and the schema does not allow additional properties";
  const MISSING = "property is missing and it is not optional";

  for (const { call, params, words } of [
    { call: "POST /access/users", params: { userid: "joe@pve", enable: 1, expire: "0" }, words: {} },
    { call: "POST /access/users", params: {}, words: { userid: MISSING } },
    { call: "POST /access/users", params: { userid: "joe@pve", colour: "red" }, words: { colour: NOT_THERE } },
    {
      call: "POST /access/users",
      params: { userid: "joe@pve", enable: "2", expire: "-1", email: "x" },
      words: {
        enable: "type check ('boolean') failed - got '2'",
        expire: "value must have a minimum value of 0",
        email: "invalid format - value does not look like a valid email address\n",
      },
    },
    {
      call: "POST /access/users",
      params: { userid: "joe" },
      words: { userid: "invalid format - value 'joe' does not look like a valid user name\n" },
    },
    {
      call: "POST /access/users",
      params: { userid: ["a@pve", "b@pve"] },
      words: { userid: "type check ('string') failed - got ARRAY" },
    },
    {
      call: "PUT /access/acl",
      params: { path: "/", roles: "A B;C,D" },
      words: {},
    },
    {
      call: "PUT /access/acl",
      params: { path: "/", roles: "A,B!" },
      words: { roles: "invalid format - role name 'B!' contains invalid characters\n" },
    },
    {
      call: "POST /nodes/{node}/qemu",
      params: { node: "-pve", vmid: "99" },
      words: {
        node: "invalid format - value does not look like a valid node name\n",
        vmid: "invalid format - value does not look like a valid VM ID\n",
      },
    },
    {
      call: "POST /nodes/{node}/qemu",
      params: { node: "pve1", vmid: 100, scsi0: "local:8,ssd=maybe" },
      words: { scsi0: "invalid format - format error\nscsi0.ssd: type check ('boolean') failed - got 'maybe'\n" },
    },
    {
      call: "POST /nodes/{node}/qemu",
      params: { node: "pve1", vmid: 100, scsi0: "local:8,ssd=yes,wheels=4" },
      words: { scsi0: "invalid format - invalid key in comma-separated list property: wheels\n" },
    },
    {
      call: "POST /nodes/{node}/qemu",
      params: { node: "pve1", vmid: 100, net0: "virtio,bridge=vmbr0", net31: "e1000" },
      words: {},
    },
    { call: "POST /nodes/{node}/qemu", params: { node: "pve1", vmid: 100, netto: "x" }, words: { netto: NOT_THERE } },
    {
      call: "POST /nodes/{node}/qemu",
      params: { node: "pve1", vmid: 100, bios: "uefi" },
      words: { bios: "value 'uefi' does not have a value in the enumeration 'seabios, ovmf'" },
    },
    {
      call: "POST /cluster/ha/rules",
      params: { rule: "r1", resources: "vm:100" },
      words: { type: MISSING, resources: NOT_THERE },
    },
    {
      call: "POST /cluster/ha/rules",
      params: { rule: "r1", type: "node-affinity", resources: "vm:100" },
      words: { "oneOf[node-affinity].nodes": MISSING },
    },
    {
      call: "POST /cluster/ha/rules",
      params: { rule: "r1", type: "node-affinity", resources: "vm:100", nodes: "pve1", affinity: "positive" },
      words: { affinity: NOT_THERE },
    },
  ])
    it(`of ${call} ${JSON.stringify(params)} get ${Object.keys(words).length > 0 ? "PVE's words" : "through"}`, () =>
      expect(said(call, params)).to.deep.equal(words));

  it("are held to the release of the node", () => {
    const call = "PUT /access/users/{userid}/token/{tokenid}";
    const params = { userid: "joe@pve", tokenid: "ci", regenerate: 1 };
    expect(said(call, params, "9.2")).to.deep.equal({});
    expect(said(call, params, "8.4")).to.deep.equal({ regenerate: NOT_THERE });
  });
});
