import { expect } from "chai";
import fc from "fast-check";
import { parseUserConfig, printUserConfig } from "../../../lab/access/user-config.ts";

const REAL = `user:backup@pve:1:0::::nightly%3A 100%25:x:
token:backup@pve!ci:1999999999:1:f%C3%BCr die Pipeline:
token:backup@pve!old:0:0::
user:root@pam:1:0:::root@example.org:::

group:admins:backup@pve,root@pam:those who may:

pool:prod:live:100,101:local-lvm:
pool:prod/db:::backup:

role:CiBackup:VM.Audit,VM.Backup:
role:Empty::

acl:1:/:@admins:PVEAuditor:
acl:0:/storage/backup:backup@pve,backup@pve!ci:PVEDatastoreUser:
acl:1:/vms:backup@pve!ci:CiBackup:
acl:1:/vms:backup@pve:CiBackup,PVEAuditor:
acl:1:/vms/100:backup@pve:NoAccess:
`;

describe("user.cfg", () => {
  it("is written byte for byte as it was read", () => {
    expect(printUserConfig(parseUserConfig(REAL))).to.equal(REAL);
  });

  it("means what it says", () => {
    const { users, groups, pools, roles, acl } = parseUserConfig(REAL);
    expect(users.get("backup@pve")?.comment).to.equal("nightly: 100%");
    expect(users.get("backup@pve")?.tokens.get("ci")).to.deep.equal({
      expire: 1999999999,
      privsep: true,
      comment: "für die Pipeline",
    });
    expect([...(groups.get("admins")?.members ?? [])]).to.deep.equal(["backup@pve", "root@pam"]);
    expect([...(pools.get("prod")?.guests ?? [])]).to.deep.equal([100, 101]);
    expect(roles.get("Empty")?.size).to.equal(0);
    expect(acl).to.deep.include({
      path: "/vms",
      kind: "token",
      id: "backup@pve!ci",
      role: "CiBackup",
      propagate: true,
    });
  });

  it("of a fresh cluster has root alone", () => {
    expect(printUserConfig(parseUserConfig(""))).to.equal("user:root@pam:1:0::::::\n\n\n\n\n");
  });

  it("is the same however its lines and lists were ordered", () => {
    const lines = REAL.split("\n").filter((line) => line !== "");
    const rank = (line: string) => ["user", "token", "group", "pool", "role", "acl"].indexOf(line.split(":")[0] ?? "");
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
        // PVE reads a token after its user; within a kind any order will do.
        const text = shuffled.toSorted((a, b) => rank(a) - rank(b)).join("\n");
        expect(printUserConfig(parseUserConfig(text))).to.equal(REAL);
      }),
      { numRuns: 50 },
    );
  });

  it("keeps any comment", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (comment) => {
        const config = parseUserConfig("");
        config.groups.set("g", { comment, members: new Set() });
        expect(parseUserConfig(printUserConfig(config)).groups.get("g")?.comment).to.equal(
          comment.replace(/^ +| +$/g, "") || undefined,
        );
      }),
    );
  });
});
