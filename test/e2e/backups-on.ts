import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { printJobs } from "../../lab/backup/jobs-file.ts";
import { readCluster } from "../../lab/cluster-file.ts";
import { giveRoot } from "../../lab/connection.ts";
import { Lab } from "../../lab/lab.ts";
import type { Release } from "../../lab/schema/schema.ts";
import { shipped } from "../../lab/shipped.ts";
import { differences, type State, stateOf as stateOfCluster } from "../../lab/state.ts";
import type { Workspace } from "../../setup/engine/workspace.ts";
import { MONTHLY, NIGHTLY, WEEKLY } from "../support/backups.ts";
import { bad, destroy, fixture, good, preview, refresh, up } from "../support/fixture.ts";

const program = join(import.meta.dirname, "../fixture/programs/tokens");
const ALL = { name: "backups", jobs: [NIGHTLY, WEEKLY, MONTHLY] };

/** Backup jobs on a release, all the way through the engine. */
export const backupsOn = (release: Release): void => {
  describe(`backup jobs on ${release}, all the way through the engine,`, () => {
    let stack: Workspace;
    let lab: Lab;
    let asItWas: State;

    before(async () => {
      const cluster = readCluster(shipped("homelab"), { release });
      const { secret } = giveRoot(cluster);
      lab = await Lab.start(cluster);
      asItWas = stateOfCluster(cluster);
      stack = await fixture({ PVE_OPS_REPORT: "report.jsonl" }, program);
      stack.configure({
        "pve:endpoint": lab.nodes.map(({ api }) => api),
        "pve:tokenId": "root@pam!lab",
        "pve:ca": lab.ca,
      });
      await good(stack.pulumi("config", "set", "--secret", "pve:tokenSecret", secret));
      declare(ALL);
    });
    after(async () => {
      stack?.close();
      await lab?.close();
    });

    const declare = (...backups: object[]) => stack.configure({ "pve-ops:backups": backups });
    const isAsItWas = () => expect(differences(asItWas, stateOfCluster(lab.cluster))).to.deep.equal([]);
    const edit = (id: string, key: string, value: string) => {
      const job = new Map(lab.cluster.jobs.get(id));
      lab.cluster.jobs.set(id, job.set(key, [value]));
    };

    it("are shown whole by preview, with what their retention would remove, which changes nothing", async () => {
      const shown = await good(preview(stack));
      for (const words of [
        "/cluster/backup/nightly",
        "keep-daily",
        "nightly (snapshot to backups) backs up 111 (postgres-01), 112 (db-postgres-01), 201 (grafana)",
        "The next run of nightly removes 21 backups",
        "111 (postgres-01) keeps 7 of 14 on backups by the job nightly",
        "120 (ai-inference-01) is in no job",
        "weekly runs next Sun ",
      ])
        expect(shown).to.include(words);
      const report = readFileSync(join(stack.folder, "report.jsonl"), "utf8");
      expect(report).to.include('"code":"would-remove"').and.include('"amount":7');
      isAsItWas();
    });

    it("are made by up, by a plan that was saved before; then there is nothing to do", async () => {
      await good(stack.pulumi("preview", "--save-plan", "plan.json"));
      await good(stack.pulumi("up", "--yes", "--skip-preview", "--plan", "plan.json"));
      expect(printJobs(lab.cluster.jobs)).to.include(
        "vzdump: weekly\n\tcomment for the worst case [pve-ops job=weekly of=urn",
      );
      await good(preview(stack, "--expect-no-changes"));
    });

    it("that somebody changed are drift after a refresh, and are mended", async () => {
      const made = printJobs(lab.cluster.jobs);
      edit("nightly", "prune-backups", "keep-last=1");
      lab.cluster.jobs.delete("monthly");
      await good(refresh(stack));
      const shown = await good(preview(stack));
      expect(shown).to.include("keep-last").and.include("/cluster/backup/monthly");
      await good(up(stack));
      expect(printJobs(lab.cluster.jobs).split("\n\n").toSorted()).to.deep.equal(made.split("\n\n").toSorted());
      await good(preview(stack, "--expect-no-changes"));
    });

    it("are run at once where that is declared, once, and are gone without a trace with the stack", async () => {
      lab.cluster.clock.run(200);
      const NOW = { name: "backups", jobs: [{ ...NIGHTLY, guests: [201], keep: "all" }], now: true };
      declare(NOW);
      expect(await good(preview(stack))).to.include("backs up 201 to backups now");
      await good(up(stack));
      const tasks = lab.cluster.tasks.all.filter(({ type }) => type === "vzdump");
      expect(tasks.map(({ id, end }) => [id, end?.status])).to.deep.equal([["201", "OK"]]);
      await good(preview(stack, "--expect-no-changes"));
      await good(destroy(stack));
      const left = differences(asItWas, stateOfCluster(lab.cluster));
      expect(left, "nothing but the backup itself").to.have.length(1);
      expect(left[0]).to.include("vzdump-lxc-201-");
    });
  });

  describe("backup jobs when things go wrong, through the engine,", () => {
    let stack: Workspace;
    let lab: Lab;
    let asItWas: State;
    beforeEach(async () => {
      const cluster = readCluster(shipped("homelab"));
      const { secret } = giveRoot(cluster);
      lab = await Lab.start(cluster);
      asItWas = stateOfCluster(cluster);
      stack = await fixture({}, program);
      stack.configure({
        "pve:endpoint": lab.nodes.map(({ api }) => api),
        "pve:tokenId": "root@pam!lab",
        "pve:ca": lab.ca,
        "pve-ops:backups": [{ ...ALL, now: false }],
      });
      await good(stack.pulumi("config", "set", "--secret", "pve:tokenSecret", secret));
    });
    afterEach(async () => {
      stack.close();
      await lab.close();
    });
    const isAsItWas = () => expect(differences(asItWas, stateOfCluster(lab.cluster))).to.deep.equal([]);

    it("a task that fails late fails the up, with its words; what is there already is kept, and the next up goes on", async () => {
      lab.cluster.clock.run(200);
      stack.configure({
        "pve-ops:backups": [{ name: "backups", jobs: [{ ...NIGHTLY, guests: [111, 201] }], now: true }],
      });
      lab.cluster.faults.tasks({ type: "vzdump", times: 1, fail: "403 Permission check failed (/vms/111, VM.Backup)" });
      const words = await bad(up(stack));
      expect(words).to.include("the task ended with: 403 Permission check failed (/vms/111, VM.Backup)");
      expect(lab.cluster.jobs.has("nightly")).to.equal(true);
      await good(up(stack));
      await good(preview(stack, "--expect-no-changes"));
      await good(destroy(stack));
      expect(lab.cluster.jobs.size).to.equal(0);
    });

    it("a guard stops an up before anything is touched, and says what would go", async () => {
      stack.configure({
        "pve-ops:backups": [{ ...ALL, jobs: [{ ...NIGHTLY, keep: { daily: 2 } }], guard: { minKeep: 3 } }],
      });
      expect(await bad(up(stack))).to.include(
        "guard.minKeep: 111 (postgres-01) would keep 2 on backups by the job nightly",
      );
      isAsItWas();
    });

    it("a storage that goes away between preview and up stops the up, with nothing written", async () => {
      await good(preview(stack));
      lab.cluster.storages.get("backups")?.offline.add("pve-ms01-02");
      expect(await bad(up(stack))).to.include("jobs[0].storage: backups is not active on pve-ms01-02");
      isAsItWas();
    });

    it("a job that somebody edits meanwhile is not written over, and a destroy leaves it until it is refreshed", async () => {
      await good(up(stack));
      const job = new Map(lab.cluster.jobs.get("weekly"));
      lab.cluster.jobs.set("weekly", job.set("schedule", ["sat 05:00"]));
      stack.configure({ "pve-ops:backups": [{ ...ALL, jobs: [NIGHTLY, { ...WEEKLY, mode: "snapshot" }, MONTHLY] }] });
      expect(await bad(up(stack)))
        .to.include("somebody changed /cluster/backup/weekly since")
        .and.include("sat 05:00");
      expect(await bad(destroy(stack))).to.include("somebody changed /cluster/backup/weekly since");
      expect(lab.cluster.jobs.get("weekly")?.get("schedule")).to.deep.equal(["sat 05:00"]);
      await good(refresh(stack));
      await good(destroy(stack));
      isAsItWas();
    });

    it("a lock that somebody holds is waited for; one that stays held fails the up, and destroy takes back what there is", async () => {
      const held = { verb: "POST" as const, path: "/cluster/backup", status: 500 };
      const message = "cfs-lock 'file-jobs_cfg' error: got lock request timeout";
      lab.cluster.faults.calls({ ...held, message, times: 2 });
      await good(up(stack));
      await good(destroy(stack));
      isAsItWas();
      lab.cluster.faults.calls({ ...held, message, skip: 1 });
      expect(await bad(up(stack))).to.include("got lock request timeout");
      lab.cluster.faults.clear();
      await good(destroy(stack));
      isAsItWas();
    });

    it("a node that is away is no reason not to declare jobs, unless its guests are in a run at once", async () => {
      lab.cluster.nodes.find(({ name }) => name === "pve-aimax-01")?.leave();
      await good(up(stack));
      await good(preview(stack, "--expect-no-changes"));
      stack.configure({ "pve-ops:backups": [{ ...ALL, jobs: [{ ...NIGHTLY, guests: [103] }], now: true }] });
      expect(await bad(up(stack))).to.include("pve-aimax-01");
    });
  });
};
