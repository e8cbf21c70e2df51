import { expect } from "chai";
import { backups } from "../../bench/backup-jobs.ts";
import { edits } from "../../bench/host-edits.ts";
import { SUBJECTS } from "../../bench/subjects.ts";
import { tokens } from "../../bench/token-roles.ts";
import { Args } from "../../providers/backup/backup-retention.args.ts";

const MOST_OF_CONFIG = 128 * 1024;

describe("what the benchmark makes", () => {
  for (const { name, list: key, lists, sizes } of Object.values(SUBJECTS))
    it(`fits into what Linux lets one variable of the environment hold, ${sizes.at(-1)} of ${name} too`, () => {
      for (const list of Object.values(lists)) {
        const config = JSON.stringify({ [`pve-ops:${key}`]: JSON.stringify(list(sizes.at(-1) ?? 0)) });
        expect(config.length).to.be.below(MOST_OF_CONFIG - 2048); // the rest of the config, and of the environment
      }
    });

  it("is jobs of which no two have one schedule, for all guests or for some, alike in both shapes", () => {
    const [each, bundle] = [backups.lists.ours?.(500) ?? [], backups.lists.bundle?.(500) ?? []];
    const jobs = each.flatMap((entry) => argsOf(entry).jobs);
    expect(new Set(jobs.map(({ schedule }) => schedule)).size).to.equal(500);
    expect(new Set(jobs.map(({ guests }) => (guests === "all" ? "all" : "some"))).size).to.equal(2);
    expect(bundle.flatMap((entry) => argsOf(entry).jobs)).to.deep.equal(jobs);
    expect([each.length, bundle.length]).to.deep.equal([500, 1]);
  });
});

const argsOf = ({ name: _name, ...args }: { readonly name?: string }) => Args.parse(args);

describe("the proof of what stands", () => {
  const job = (lines: string) => ({ "jobs.cfg": `vzdump: bench-1\n${lines}\n\n` });
  const made =
    "\tschedule 00:00\n\tall 1\n\tcompress zstd\n\tenabled 1\n\tmode snapshot\n" +
    "\tprune-backups keep-daily=7,keep-weekly=4\n\tstorage backups";
  const none = { "jobs.cfg": "" };
  const one = job(made);

  it("takes jobs that are there as they should be, whatever they are beside that", () => {
    expect(backups.shortfall(none, one, 1)).to.equal(undefined);
    expect(backups.shortfall(one, one, 0)).to.equal(undefined);
  });

  for (const { what, after, count, words } of [
    { what: "a job that is not there", after: none, count: 1, words: "should have the job\nschedule 00:00" },
    { what: "a job with another schedule", after: job(made.replace("00:00", "01:00")), count: 1, words: "schedule 01" },
    { what: "a job too few", after: one, count: 2, words: "should have the job\nschedule 00:07" },
    { what: "a job too many", after: one, count: 0, words: "should have 0 more jobs, and has 1" },
  ])
    it(`notices ${what}`, () => {
      expect(backups.shortfall(none, after, count)).to.include(words);
    });

  it("wants a card's preparation on every host, whoever wrote it into which file", () => {
    const prepared = (name: string) => ({
      [`hosts/${name}/etc/modprobe.d/a.conf`]:
        "options vfio-pci ids=10de:1b80,10de:10f0 disable_vga=1\nblacklist nouveau\n",
      [`hosts/${name}/etc/modprobe.d/b.conf`]: "softdep nouveau pre: vfio-pci\nsoftdep snd_hda_intel pre: vfio-pci\n",
      [`hosts/${name}/etc/initramfs-tools/modules`]: "# ours\nvfio\nvfio_iommu_type1\nvfio_pci\n",
      [`hosts/${name}/etc/kernel/cmdline`]: "quiet iommu=pt\n",
    });
    const both = { ...prepared("pve1"), ...prepared("pve2") };
    expect(edits.shortfall({}, both, 2)).to.equal(undefined);
    expect(edits.shortfall({}, both, 3)).to.include("pve3 should have ^options vfio-pci ids=");
    const without = { ...both, "hosts/pve2/etc/initramfs-tools/modules": "vfio\n" };
    expect(edits.shortfall({}, without, 2))
      .to.include("pve2 should have ^vfio")
      .and.include("etc/initramfs-tools/modules");
  });

  it("counts what makes up token roles, each for itself", () => {
    const role = { "user.cfg": "user:robot:1:\nrole:Bench::\nacl:1:/:robot:Bench:\n" };
    expect(tokens.shortfall({}, role, 1)).to.equal("the cluster should have 1 more of each kind, and has 0 of token");
    expect(tokens.shortfall({}, { "user.cfg": `${role["user.cfg"]}token:robot!n:0:1:\n` }, 1)).to.equal(undefined);
  });
});
