import { expect } from "chai";
import { isAclPath as isPathOfLab } from "../../lab/access/acl-path.ts";
import { dropAcl } from "../../lab/access/user-config.ts";
import { isAclPath } from "../../providers/access/acl-path.ts";
import type { Effect } from "../../providers/core/kind.ts";
import type { OnLab, Outputs } from "../support/on-lab.ts";
import { openTokenRoles } from "../support/token-roles.ts";

const CI = {
  role: { name: "CiBackup", privileges: ["VM.Audit", "VM.Backup"] },
  user: { id: "ci@pve" },
  token: { name: "pipeline", comment: "backs up" },
  acl: [{ path: "/vms/101" }],
};
const DUE = { ...CI, rotate: { every: "90d" } };
const TURNS = { ...CI, rotate: { every: "90d", overlap: "7d" } };
const DAY = 86_400;

for (const release of ["8.4", "9.2"] as const)
  describe(`the life of a token on ${release}`, () => {
    let roles: OnLab;
    beforeEach(async () => {
      roles = await openTokenRoles(release);
    });
    afterEach(() => roles.close());
    const tokens = () => roles.byHand.access.users.get("ci@pve")?.tokens ?? new Map();
    const names = () => [...tokens().keys()].toSorted();
    /** As if the token had been made so many days ago. */
    const age = (name: string, days: number) => {
      const token = tokens().get(name);
      const since = Math.floor(Date.now() / 1000) - days * DAY;
      if (token) token.comment = token.comment.replace(/since=\d+/, `since=${since}`);
    };
    const removeByHand = () => {
      tokens().delete("pipeline");
      roles.lab.cluster.tokenSecrets.delete("ci@pve!pipeline");
      dropAcl(roles.byHand.access, ({ id }) => id === "ci@pve!pipeline");
    };
    const effects = async (olds: Outputs | undefined, args: object) => {
      const { effects: shown } = await roles.preview("ci", args, olds);
      return (shown as Effect[]).map(({ kind, target, detail }) => `${kind} ${target}: ${detail}`);
    };
    const may = ({ tokenId, secret }: Outputs) => roles.may(String(tokenId), secret, "/vms/101");
    const RIGHTS = ["VM.Audit", "VM.Backup"];
    const failure = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => expect.fail("it did not fail"),
        (thrown: Error) => thrown.message,
      );
    const gone = async (outputs: Outputs) => {
      await roles.remove("ci", outputs);
      expect(roles.left()).to.deep.equal([]);
    };

    it("ends when it is due, at the next up and not before, and keeps its name and what it was granted", async () => {
      const first = await roles.make("ci", DUE);
      expect(await roles.isDifferent("ci", first, DUE)).to.equal(false);
      age("pipeline", 89);
      expect(await roles.isDifferent("ci", first, DUE)).to.equal(false);
      age("pipeline", 91);
      expect(await roles.isDifferent("ci", first, DUE)).to.equal(true);
      expect(await effects(first, DUE)).to.deep.equal([
        "secret ci@pve!pipeline: value 2, which is told once; the one before is good for nothing then",
      ]);
      const second = await roles.change("ci", first, DUE);
      expect([await may(first), await may(second)]).to.deep.equal([401, RIGHTS]);
      expect(await roles.isDifferent("ci", second, DUE)).to.equal(false);
      const calls = [...roles.lab.cluster.calls.keys()].filter((call) => call.startsWith("DELETE"));
      expect(calls.length, "regenerated where the release has that").to.equal(release === "8.4" ? 1 : 0);
      await gone(second);
    });

    it("is followed by a second one with an overlap, which goes when that is over, and the next takes its turn", async () => {
      const first = await roles.make("ci", TURNS);
      age("pipeline", 91);
      expect(await effects(first, TURNS)).to.deep.equal([
        "secret ci@pve!pipeline-b: value 2, which is told once; pipeline stays good beside it for a while",
      ]);
      const second = await roles.change("ci", first, TURNS);
      expect(second["tokenId"]).to.equal("ci@pve!pipeline-b");
      expect([await may(first), await may(second)]).to.deep.equal([RIGHTS, RIGHTS]);
      expect(await roles.isDifferent("ci", second, TURNS)).to.equal(false);
      age("pipeline-b", 8);
      expect(await effects(second, TURNS)).to.deep.equal([
        "secret ci@pve!pipeline: goes: another one has taken its place",
      ]);
      const third = await roles.change("ci", second, TURNS);
      expect([await may(first), await may(third)]).to.deep.equal([401, RIGHTS]);
      expect(names()).to.deep.equal(["pipeline-b"]);
      expect(await roles.isDifferent("ci", third, TURNS)).to.equal(false);
      age("pipeline-b", 91);
      const fourth = await roles.change("ci", third, TURNS);
      expect(fourth["tokenId"]).to.equal("ci@pve!pipeline");
      expect([await may(third), await may(fourth)]).to.deep.equal([RIGHTS, RIGHTS]);
      await gone(fourth);
    });

    it("takes the place of the one before the last where keepers change within the overlap", async () => {
      const of = (quarter: string) => ({ ...CI, rotate: { keepers: { quarter }, overlap: "7d" } });
      const first = await roles.make("ci", of("1"));
      const second = await roles.change("ci", first, of("2"));
      const third = await roles.change("ci", second, of("3"));
      expect([await may(first), await may(second), await may(third)]).to.deep.equal([401, RIGHTS, RIGHTS]);
      expect(third["tokenId"]).to.equal("ci@pve!pipeline");
      await gone(third);
    });

    it("gets its own name back where the overlap is given up", async () => {
      const of = (quarter: string) => ({ ...CI, rotate: { keepers: { quarter }, overlap: "7d" } });
      const second = await roles.change("ci", await roles.make("ci", of("1")), of("2"));
      const third = await roles.change("ci", second, CI);
      expect(names()).to.deep.equal(["pipeline"]);
      expect(await may(third)).to.deep.equal(RIGHTS);
      await gone(third);
    });

    it("keeps its secret, and gets its note back, where somebody wrote over its comment", async () => {
      const made = await roles.make("ci", CI);
      tokens().get("pipeline").comment = "mine now";
      expect(await failure(roles.change("ci", made, CI))).to.include("somebody changed");
      expect(await failure(roles.remove("ci", made))).to.include("somebody changed");
      const seen = (await roles.refresh("ci", made)) ?? {};
      expect(await roles.isDifferent("ci", seen, CI)).to.equal(true);
      const mended = await roles.change("ci", seen, CI);
      expect(mended["secret"]).to.equal(made["secret"]);
      expect(await may(mended)).to.deep.equal(RIGHTS);
      tokens().get("pipeline").comment = "";
      const again = (await roles.refresh("ci", mended)) ?? {};
      await gone(again);
    });

    it("leaves nothing where token or user were removed by hand and the rest is destroyed", async () => {
      const access = roles.byHand.access;
      const made = await roles.make("ci", CI);
      removeByHand();
      await gone((await roles.refresh("ci", made)) ?? {});
      const again = await roles.make("ci", CI);
      roles.byHand.access.users.delete("ci@pve");
      dropAcl(access, ({ id }) => id.startsWith("ci@pve"));
      const seen = await roles.refresh("ci", again);
      await roles.remove("ci", seen ?? {});
      expect(access.roles.has("CiBackup")).to.equal(false);
      roles.lab.cluster.tokenSecrets.clear();
    });

    it("may have more declared of its user later: a comment, groups, and less again", async () => {
      roles.byHand.access.groups.set("ops", { members: new Set(), comment: "" });
      roles.byHand.access.acl.push({ path: "/", kind: "group", id: "ops", role: "PVEAuditor", propagate: true });
      roles.remember();
      let outputs = await roles.make("ci", CI);
      const users = [
        { id: "ci@pve", comment: "hello" },
        { id: "ci@pve", comment: "hello", groups: ["ops"] },
        { id: "ci@pve", groups: [] },
        { id: "ci@pve", comment: "again", groups: ["ops", "ops"] },
        { id: "ci@pve", groups: [] },
      ];
      for (const user of users) {
        outputs = await roles.change("ci", outputs, { ...CI, user });
        expect(await roles.isDifferent("ci", outputs, { ...CI, user }), JSON.stringify(user)).to.equal(false);
        expect(await may(outputs)).to.deep.equal(RIGHTS);
      }
      await gone(outputs);
    });

    it("whose user is made in a group with rights has nothing to do after it is made", async () => {
      roles.byHand.access.groups.set("ops", { members: new Set(), comment: "" });
      for (const role of ["PVEAuditor", "PVEVMAdmin"]) {
        roles.byHand.access.acl.push({ path: "/", kind: "group", id: "ops", role, propagate: true });
        roles.remember();
        const args = { ...CI, user: { id: "ci@pve", groups: ["ops"] } };
        const made = await roles.make("ci", args);
        expect(await roles.isDifferent("ci", made, args)).to.equal(false);
        expect(await may(made)).to.deep.equal(RIGHTS);
        await gone(made);
      }
    });

    it("and its role are mended together where somebody wrote over both", async () => {
      const made = await roles.make("ci", CI);
      tokens().get("pipeline").comment = "mine";
      roles.byHand.access.roles.get("CiBackup")?.add("VM.PowerMgmt");
      const seen = (await roles.refresh("ci", made)) ?? {};
      const mended = await roles.change("ci", seen, CI);
      expect(mended["secret"]).to.equal(made["secret"]);
      await gone(mended);
    });

    it("takes its turn though all else changes with it, and a role used by its name becomes one of its own", async () => {
      const first = await roles.make("ci", { ...TURNS, role: { name: "PVEVMUser" } });
      age("pipeline", 91);
      const token = { name: "pipeline", comment: "else", privsep: false };
      const second = await roles.change("ci", first, { ...TURNS, token });
      expect(second["tokenId"]).to.equal("ci@pve!pipeline-b");
      expect(await may(second)).to.deep.equal(RIGHTS);
      expect(await roles.isDifferent("ci", second, { ...TURNS, token })).to.equal(false);
      await gone(second);
    });

    it("with an overlap never takes another one's token for its other name", async () => {
      const other = await roles.make("other", { ...CI, token: { name: "pipeline-b" } });
      const first = await roles.make("ci", TURNS);
      age("pipeline", 91);
      expect(await failure(roles.change("ci", first, { ...TURNS, force: true }))).to.include(
        "belongs to urn:pulumi:dev",
      );
      expect(await may(other)).to.deep.equal(RIGHTS);
      await roles.remove("other", other);
      const second = await roles.change("ci", first, TURNS);
      expect(await failure(roles.make("other", { ...CI, token: { name: "pipeline-b" } }))).to.include("belongs to urn");
      await gone(second);
    });

    it("is made anew where somebody removed it, and whoever sees the preview knows", async () => {
      const made = await roles.make("ci", CI);
      removeByHand();
      const seen = (await roles.refresh("ci", made)) ?? {};
      expect((await effects(seen, CI)).join()).to.include("secret ci@pve!pipeline: value 1");
      const again = await roles.change("ci", seen, CI);
      expect(await may(again)).to.deep.equal(RIGHTS);
      await gone(again);
    });

    it("that nobody knows the value of is made anew by its owner, and preview says so", async () => {
      const made = await roles.make("ci", CI);
      expect((await effects(undefined, CI)).join()).to.include("the one before is good for nothing then");
      const again = await roles.make("ci", CI);
      expect([await may(made), await may(again)]).to.deep.equal([401, RIGHTS]);
      await gone(again);
    });

    it("is made anew under another role where somebody removed it", async () => {
      const made = await roles.make("ci", CI);
      removeByHand();
      const seen = (await roles.refresh("ci", made)) ?? {};
      const again = await roles.change("ci", seen, { ...CI, role: { name: "Other", privileges: RIGHTS } });
      expect(await may(again)).to.deep.equal(RIGHTS);
      await gone(again);
    });

    it("ends where it is of a day that is still to come", async () => {
      const first = await roles.make("ci", DUE);
      age("pipeline", -3);
      expect(await roles.isDifferent("ci", first, DUE)).to.equal(true);
      await gone(await roles.change("ci", first, DUE));
    });

    it("does not show what its keepers are in the cluster or in the state", async () => {
      const made = await roles.make("ci", { ...CI, rotate: { keepers: { seed: "very-secret-seed" } } });
      const { rotate: _, ...outputs } = made;
      expect(JSON.stringify(outputs) + roles.userConfig()).to.not.include("very-secret-seed");
      await gone(made);
    });

    it("of root itself has the rights it was granted, separated as it is", async () => {
      const made = await roles.make("ci", { ...CI, user: { id: "root@pam" } });
      expect(await may(made)).to.deep.equal(RIGHTS);
      await gone(made);
    });

    for (const { what, args, words } of [
      {
        what: "a path twice",
        args: { acl: [{ path: "/vms/101" }, { path: "/vms//101/" }] },
        words: "a path stands here twice",
      },
      { what: "a path that PVE does not have", args: { acl: [{ path: "/vms/abc" }] }, words: "PVE has no such path" },
      {
        what: "an end that is past",
        args: { token: { name: "pipeline", expire: "2020-01-01" } },
        words: "that is past already",
      },
      {
        what: "a built-in role with privileges, even forced",
        args: { force: true, role: { name: "Administrator", privileges: ["VM.Audit"] } },
        words: "Administrator is Proxmox's own",
      },
      { what: "a span that is none", args: { rotate: { every: "soon" } }, words: "want a span like 90d" },
      {
        what: "an overlap as long as the whole",
        args: { rotate: { every: "7d", overlap: "1w" } },
        words: "the overlap has to be shorter",
      },
      { what: "an overlap alone", args: { rotate: { overlap: "7d" } }, words: "say every, or keepers" },
    ])
      it(`is refused with ${what}, before anything is done`, async () => {
        expect(await failure(roles.preview("ci", { ...CI, ...args }))).to.include(words);
      });

    for (const { what, args, words } of [
      {
        what: "a role that is not there, and is used by its name",
        args: { role: { name: "Later" } },
        words: "there is no role Later",
      },
      {
        what: "a role whose name is misspelt",
        args: { role: { name: "PVEAuditr" } },
        words: "did you mean PVEAuditor?",
      },
      {
        what: "a realm that is not there",
        args: { user: { id: "ci@nope" } },
        words: "there is no realm nope, only pam, pve",
      },
      {
        what: "a group that is not there",
        args: { user: { id: "ci@pve", groups: ["nobody"] } },
        words: "there is no group nobody",
      },
    ])
      it(`may be previewed with ${what}, and is refused at the moment of writing`, async () => {
        await roles.preview("ci", { ...CI, ...args });
        expect(await failure(roles.make("ci", { ...CI, ...args }))).to.include(words);
        expect(roles.left()).to.deep.equal([]);
      });

    it("that has expired is not proven, and can be given a new end", async () => {
      const of = (expire: number) => ({ ...CI, token: { name: "pipeline", expire } });
      const soon = Math.floor(Date.now() / 1000) + 100;
      const made = await roles.make("ci", of(soon));
      tokens().get("pipeline").expire = 1_000_000_000;
      const seen = (await roles.refresh("ci", made)) ?? {};
      const longer = await roles.change("ci", seen, of(soon + DAY));
      expect(await may(longer)).to.deep.equal(RIGHTS);
      await gone(longer);
    });

    it("whose user is disabled is said to be so", async () => {
      const made = await roles.make("ci", CI);
      const user = roles.byHand.access.users.get("ci@pve");
      if (user) user.enable = false;
      const words = await failure(roles.change("ci", made, { ...CI, token: { name: "pipeline", comment: "else" } }));
      expect(words).to.include("logging in as ci@pve!pipeline").and.include("enabled");
    });
  });

describe("the paths that a token role takes", () => {
  for (const path of [
    ...["/", "/access", "/access/groups", "/access/groups/ops", "/access/realm/pve", "/access/users", "/mapping"],
    ...["/mapping/pci/gpu", "/mapping/pci/gpu/x", "/nodes", "/nodes/pve1", "/nodes/pve1/x", "/pool", "/pool/a/b/c"],
    ...["/pool/a/b/c/d", "/sdn", "/sdn/zones/z/v/100", "/sdn/zones/z/v/0", "/sdn/zones/z/v/x", "/sdn/fabrics/f1"],
    ...["/sdn/controllers/a-b", "/storage", "/storage/local-zfs", "/storage/a/b", "/vms", "/vms/100", "/vms/99"],
    ...["/vms/abc", "/vms/0100", "/vm", "/cluster", "vms", "/vms/", "/nodes/a b"],
  ])
    it(`are those of PVE: ${path}`, () => {
      expect(isAclPath(path)).to.equal(isPathOfLab(path));
    });
});
