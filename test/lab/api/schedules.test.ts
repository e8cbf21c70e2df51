import { expect } from "chai";
import { Clock } from "../../../lab/clock.ts";
import type { Cluster } from "../../../lab/cluster.ts";
import { readCluster } from "../../../lab/cluster-file.ts";
import { shipped } from "../../../lab/shipped.ts";
import { type LabClient, labClient, nobody } from "../../support/lab-client.ts";

/** Friday, 2027-01-15 08:00:00 UTC. */
const NOW = 1_800_000_000;
const HOUR = 3600;

describe("a node's time", () => {
  let cluster: Cluster;
  let client: LabClient;
  afterEach(() => client.close());
  const open = async (release: "8.4" | "9.2" = "9.2") => {
    const clock = new Clock(NOW * 1000);
    clock.stop();
    cluster = readCluster(shipped("homelab"), { release, clock, seed: 1 });
    client = await labClient(cluster);
  };

  for (const release of ["8.4", "9.2"] as const) {
    it(`is the lab's, with what its wall shows, which is another on another node on ${release}`, async () => {
      await open(release);
      expect(await client.told("PUT /nodes/pve-aimax-01/time", { timezone: "Asia/Kolkata" })).to.equal(null);
      cluster.clock.step(60);
      const told = (timezone: string, offset: number) => ({ timezone, time: NOW + 60, localtime: NOW + 60 + offset });
      expect(await client.told("GET /nodes/pve-ms01-01/time")).to.deep.equal(told("UTC", 0));
      expect(await client.told("GET /nodes/pve-aimax-01/time")).to.deep.equal(told("Asia/Kolkata", 5.5 * HOUR));
    });

    it(`is of no zone that there is not on ${release}`, async () => {
      await open(release);
      for (const timezone of ["Mars/Phobos", "europe/vienna", "+01:00", "Etc/GMT+13", ""]) {
        const answer = await client.ask("PUT /nodes/pve-ms01-01/time", { timezone });
        expect([answer.status, answer.body.errors]).to.deep.equal([400, { timezone: "No such timezone" }]);
      }
    });
  }

  it("is read and set by whoever may audit and modify the node", async () => {
    await open();
    await client.told("PUT /access/acl", { path: "/", roles: "PVEAuditor", groups: "operators", delete: 1 });
    const anna = await client.as("anna@pve", "lab-anna");
    const node = "/nodes/pve-ms01-01";
    expect((await client.ask(`GET ${node}/time`, {}, anna)).reason).to.include(`(${node}, Sys.Audit)`);
    const set = await client.ask(`PUT ${node}/time`, { timezone: "UTC" }, anna);
    expect(set.reason).to.include(`(${node}, Sys.Modify)`);
  });

  describe("by which schedules are looked at", () => {
    const analyze = (params: object) => client.told("GET /cluster/jobs/schedule-analyze", params);

    for (const release of ["8.4", "9.2"] as const)
      it(`is now, ten times on ${release}`, async () => {
        await open(release);
        const runs = Object(await analyze({ schedule: "mon..fri 02:30" }));
        expect(runs).to.have.length(10);
        expect(runs[0]).to.deep.equal({ timestamp: NOW + 66.5 * HOUR, utc: "Mon Jan 18 02:30:00 2027" });
      });

    it("is what is asked for, as often as it is asked for, in the zone of the node that answers", async () => {
      await open();
      await client.told("PUT /nodes/pve-ms01-01/time", { timezone: "Europe/Vienna" });
      // The night in which the clocks go back.
      expect(await analyze({ schedule: "03:00", starttime: 1_793_404_800, iterations: 2 })).to.deep.equal([
        { timestamp: 1_793_412_000, utc: "Sat Oct 31 02:00:00 2026" },
        { timestamp: 1_793_498_400, utc: "Sun Nov  1 02:00:00 2026" },
      ]);
    });

    it("is never where a day never comes", async () => {
      await open();
      expect(await analyze({ schedule: "2-30" })).to.deep.equal([]);
      expect(await analyze({ schedule: "2020-1-1" })).to.deep.equal([]);
    });

    it("has to be one that the lab has days for", async () => {
      await open();
      const far = await client.ask("GET /cluster/jobs/schedule-analyze", {
        schedule: "daily",
        starttime: "9".repeat(15),
      });
      expect(far.status).to.equal(501);
    });

    it("is told to everybody who is known, and refused where it is none", async () => {
      await open();
      expect(await client.told("GET /cluster/jobs")).to.deep.equal([
        { subdir: "schedule-analyze" },
        { subdir: "realm-sync" },
      ]);
      const anna = await client.as("anna@pve", "lab-anna");
      await client.told("GET /cluster/jobs/schedule-analyze", { schedule: "daily" }, anna);
      expect((await client.ask("GET /cluster/jobs/schedule-analyze", { schedule: "daily" }, nobody)).status).to.equal(
        401,
      );
      const wrong = await client.ask("GET /cluster/jobs/schedule-analyze", { schedule: "nightly", iterations: 101 });
      expect(wrong.body.errors).to.deep.equal({
        schedule:
          "invalid format - invalid calendar event 'nightly' - " +
          "unable to parse calendar event at 'nightly' - Context(\"weekday\")\n\n",
        iterations: "value must have a maximum value of 100",
      });
    });
  });
});
