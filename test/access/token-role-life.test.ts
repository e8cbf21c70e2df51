import { expect } from "chai";
import { type OnLab, type Outputs, orHalf } from "../support/on-lab.ts";
import { openTokenRoles } from "../support/token-roles.ts";

const CI = {
  role: { name: "CiBackup", privileges: ["VM.Audit", "VM.Backup"] },
  user: { id: "ci@pve" },
  token: { name: "pipeline", comment: "backs up" },
  acl: [{ path: "/vms/101" }, { path: "/storage/backups" }],
};
const OTHERWISE = {
  ...CI,
  role: { name: "CiSnapshot", privileges: ["VM.Audit", "VM.Snapshot"] },
  acl: [{ path: "/vms" }, { path: "/storage/backups", propagate: false }],
};
const ROTATED = { ...CI, rotate: { keepers: { quarter: "2" } } };
const OVERLAPPING = { ...CI, rotate: { keepers: { quarter: "1" }, overlap: "7d" } };
const TURNED = { ...CI, rotate: { keepers: { quarter: "2" }, overlap: "7d" } };

for (const release of ["8.4", "9.2"] as const)
  describe(`a token role on ${release}`, () => {
    let roles: OnLab;
    beforeEach(async () => {
      roles = await openTokenRoles(release);
    });
    afterEach(() => roles.close());
    const asItWas = () => expect(roles.left()).to.deep.equal([]);

    /** Runs the same over and over, each time with another one of its writing calls broken in another way. */
    async function brokenAnywhere(work: (broken: () => Promise<void>) => Promise<boolean>): Promise<number> {
      let times = 0;
      const { faults } = roles.lab.cluster;
      for (const verb of ["POST", "PUT", "DELETE"] as const)
        for (const how of [{ status: 500, message: "disk full" }, { drop: "unanswered" }] as const)
          for (let skip = 0; ; skip += 1) {
            const failed = await work(async () => {
              faults.calls({ verb, skip, times: 1, ...how });
            });
            faults.clear();
            asItWas();
            if (!failed) break;
            times += 1;
          }
      return times;
    }
    const works = async ({ tokenId, secret }: Outputs, path: string, privileges: readonly string[]) =>
      expect(await roles.may(String(tokenId), secret, path)).to.deep.equal(privileges);

    it("is as declared once it is made, and gone when it is removed", async () => {
      const made = await roles.make("ci", CI);
      await works(made, "/vms/101", ["VM.Audit", "VM.Backup"]);
      expect(await roles.isDifferent("ci", made, CI)).to.equal(false);
      await roles.remove("ci", made);
      asItWas();
    });

    for (const { what, before, after, path } of [
      { what: "being made", before: undefined, after: CI, path: "/vms/101" },
      { what: "changing role and paths", before: CI, after: OTHERWISE, path: "/vms/102" },
      { what: "getting another secret", before: CI, after: ROTATED, path: "/vms/101" },
      { what: "getting a second token", before: OVERLAPPING, after: TURNED, path: "/vms/101" },
    ])
      it(`is finished by the next run where ${what} was broken in any of its calls, and removed without a trace`, async () => {
        const times = await brokenAnywhere(async (broken) => {
          const old = before && (await roles.make("ci", before));
          await broken();
          const { outputs, failed } = await orHalf(old ? roles.change("ci", old, after) : roles.make("ci", after), old);
          roles.lab.cluster.faults.clear();
          const done = outputs ? await roles.change("ci", outputs, after) : await roles.make("ci", after);
          await works(done, path, after.role.privileges);
          expect(await roles.isDifferent("ci", done, after)).to.equal(false);
          await roles.remove("ci", done);
          return failed;
        });
        expect(times).to.be.above(3);
      });

    it("is removed without a trace at any point of being made, by who knows nothing of that but the cluster", async () => {
      const times = await brokenAnywhere(async (broken) => {
        await broken();
        const { failed } = await orHalf(roles.make("ci", CI));
        roles.lab.cluster.faults.clear();
        const again = await roles.make("ci", CI);
        await works(again, "/vms/101", CI.role.privileges);
        await roles.remove("ci", again);
        return failed;
      });
      expect(times).to.be.above(6);
    });

    it("is removed in the end where removing was broken in any of its calls", async () => {
      const times = await brokenAnywhere(async (broken) => {
        const made = await roles.make("ci", OTHERWISE);
        await broken();
        const failed = await roles.remove("ci", made).then(
          () => false,
          () => true,
        );
        roles.lab.cluster.faults.clear();
        if (failed) await roles.remove("ci", made);
        return failed;
      });
      expect(times).to.be.above(6);
    });
  });
