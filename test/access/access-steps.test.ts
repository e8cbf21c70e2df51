import { expect } from "chai";
import type { Facts } from "../../providers/access/access-facts.ts";
import { steps } from "../../providers/access/access-steps.ts";
import { Args } from "../../providers/access/api-token-role.args.ts";
import { NOTHING } from "../../providers/core/kind.ts";
import { returns } from "../../providers/pve/endpoints.ts";

const args = Args.parse({
  role: { name: "Ci", privileges: ["VM.Audit"] },
  user: { id: "ci@pve" },
  token: { name: "pipe" },
  acl: [{ path: "/vms/101" }],
});
const who = { name: "ci", urn: "urn:ci" };
const record = { urn: "urn:ci", token: "pipe", role: "Ci", made: ["role", "user"] as const };
const token = { user: "ci@pve", name: "pipe", privsep: true, expire: 0, comment: "", record };
const other = { ...token, name: "second", record: { ...record, urn: "urn:other", token: "second" } };
const users = (comment?: string) =>
  new Map(returns["GET /access/users"].parse([{ userid: "ci@pve", comment }]).map((user) => [user.userid, user]));
const grants = [
  { type: "user", ugid: "ci@pve", path: "/vms/101", roleid: "Ci", propagate: true },
  { type: "token", ugid: "ci@pve!pipe", path: "/vms/101", roleid: "Ci", propagate: true },
];

/** The world with our token in it, and what `more` says. */
const world = (more: Partial<Facts> = {}): Facts => ({
  major: 9,
  roles: new Map([
    ["Ci", ["VM.Audit"]],
    ["Administrator", ["VM.Audit", "VM.Backup"]],
  ]),
  builtIn: new Set(["Administrator"]),
  users: users("[pve-ops token=pipe role=Ci made=role,user of=urn:ci]"),
  tokens: [token],
  acl: grants,
  token,
  record,
  warnings: [],
  standing: NOTHING,
  claimedBy: record.urn,
  ...more,
});
const empty = world({
  roles: new Map([["Administrator", ["VM.Audit"]]]),
  users: new Map(),
  tokens: [],
  acl: [],
  token: undefined,
  record: undefined,
  claimedBy: undefined,
});
const toMake = { files: {}, objects: { any: 1 } };
const said = (facts: Facts, wanted = toMake as typeof NOTHING, kept = {}) =>
  steps(who, args, facts, wanted, kept).map(({ say }) => say);

describe("the steps of a token role", () => {
  it("from nothing are user, token, role, grants to both, and the proof", () => {
    expect(said(empty)).to.deep.equal([
      "making the user ci@pve",
      "making the token ci@pve!pipe",
      "making the role Ci",
      "granting /vms/101: Ci for ci@pve!pipe, and below",
      "granting /vms/101: Ci for ci@pve, and below",
      "proving what ci@pve!pipe may do",
    ]);
  });

  it("from where all is as wanted are the proof alone", () => {
    expect(said(world(), toMake, { secret: "s" })).to.deep.equal(["proving what ci@pve!pipe may do"]);
  });

  it("make the token anew where nobody knows its value, and grant it again what went with it", () => {
    expect(said(world())).to.deep.equal([
      "removing the token ci@pve!pipe",
      "making the token ci@pve!pipe",
      "granting /vms/101: Ci for ci@pve!pipe, and below",
      "proving what ci@pve!pipe may do",
    ]);
  });

  it("to nothing take all away that was made, the user with the token last", () => {
    expect(said(world(), NOTHING)).to.deep.equal([
      "taking back /vms/101: Ci for ci@pve, and below",
      "removing the role Ci",
      "removing the user ci@pve",
    ]);
  });

  for (const { what, more, steps: wanted } of [
    {
      what: "leave role, user and the user's grant to another of ours",
      more: { tokens: [token, other], acl: [...grants, { ...grants[1], ugid: "ci@pve!second" } as (typeof grants)[0]] },
      steps: ["removing the token ci@pve!pipe", "handing the user ci@pve over"],
    },
    {
      what: "leave a role that somebody else holds, and a user with a token of somebody else's",
      more: {
        tokens: [token, { ...token, name: "theirs", record: undefined }],
        acl: [...grants, { type: "group", ugid: "team", path: "/", roleid: "Ci", propagate: true }],
      },
      steps: [
        "taking back /vms/101: Ci for ci@pve, and below",
        "removing the token ci@pve!pipe",
        "handing the user ci@pve over",
      ],
    },
    {
      what: "leave a role and a user that were there before",
      more: { record: { ...record, made: [] }, users: users() },
      steps: ["taking back /vms/101: Ci for ci@pve, and below", "removing the token ci@pve!pipe"],
    },
    { what: "are none where nothing is ours", more: { record: undefined, token: undefined, tokens: [] }, steps: [] },
  ])
    it(`to nothing ${what}`, () => {
      expect(said(world(more), NOTHING)).to.deep.equal(wanted);
    });
});
