import { expect } from "chai";
import { openBackups } from "../support/backups.ts";
import type { OnLab } from "../support/on-lab.ts";
import { tokenWith } from "../support/rights.ts";

/** As the docs have it; who may allocate space may look, too. */
const RIGHTS = {
  "/": ["Sys.Audit", "Sys.Modify"],
  "/vms": ["VM.Audit", "VM.Backup"],
  "/storage": ["Datastore.Allocate", "Datastore.AllocateSpace"],
  "/pool/production": ["VM.Backup", "Pool.Audit"],
} as const;
const ARGS = {
  jobs: [
    {
      id: "of-pool",
      schedule: "02:00",
      guests: { pool: "production" },
      storage: "backups",
      keep: { daily: 7 },
      bandwidth: 51_200,
    },
    {
      id: "of-all",
      schedule: "sun 03:00",
      guests: "all",
      storage: "nfs-weekly",
      keep: "all",
      fleecing: { storage: "local-zfs" },
    },
  ],
  storages: [{ storage: "backups", keep: { last: 30 } }],
  onDestroy: "protect",
  now: true,
};

describe("the token that makes backup jobs", () => {
  let lab: OnLab;
  beforeEach(async () => {
    lab = await openBackups();
    lab.byHand.clock.run(500);
  });
  afterEach(() => lab.close());
  const as = (rights: Readonly<Record<string, readonly string[]>>) => lab.as(tokenWith(lab, rights));

  it("may all of it with the rights that the docs name", async () => {
    as(RIGHTS);
    const made = await lab.make("backups", ARGS);
    expect(await lab.isDifferent("backups", made, ARGS)).to.equal(false);
    await lab.remove("backups", made);
    expect(lab.byHand.jobs.size).to.equal(0);
  });

  for (const [path, privileges] of Object.entries(RIGHTS))
    for (const privilege of privileges)
      it(`fails without ${privilege} on ${path}, or says what it cannot see`, async () => {
        as({ ...RIGHTS, [path]: privileges.filter((one) => one !== privilege) });
        const guarded = { ...ARGS, guard: { maxRemove: 1000 } };
        const end = await lab.make("backups", guarded).then(
          (made) => lab.remove("backups", made).then(() => "it went through"),
          (thrown: Error) => thrown.message,
        );
        expect(end).to.match(
          /403|there is no storage|that we may see|that we do not see|nobody can tell|no new backup/,
        );
      });
});
