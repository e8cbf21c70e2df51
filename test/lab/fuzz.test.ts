import { expect } from "chai";
import { parseUserConfig, printUserConfig } from "../../lab/access/user-config.ts";
import { readCluster } from "../../lab/cluster-file.ts";
import { giveRoot } from "../../lab/connection.ts";
import { parseConfig, printConfig } from "../../lab/guests/guest.ts";
import { Lab } from "../../lab/lab.ts";
import { shipped } from "../../lab/shipped.ts";
import { parseStorages, printStorages } from "../../lab/storage/storage.ts";
import { fuzz } from "../support/fuzz.ts";

const CALLS = 5000;

const JOB = {
  schedule: ["daily"],
  enabled: ["1"],
  fleecing: ["1,storage=local-zfs"],
  "prune-backups": ["keep-all=0,keep-last=3"],
  performance: ["max-workers=4"],
  "exclude-path": ["/a", "/b"],
};

describe("10,000 calls made by chance", function () {
  this.timeout(300_000);
  let lab: Lab;
  afterEach(() => lab?.close());

  for (const [n, release] of (["8.4", "9.2"] as const).entries())
    it(`half of them on ${release}: the lab is still there, and none got an answer that the schema forbids`, async () => {
      const cluster = readCluster(shipped("homelab"), { release, seed: 1 });
      // Chance alone hardly ever says all that a job needs.
      for (const [n, all] of [{ all: ["1"] }, { pool: ["general"] }, { vmid: ["101,999"] }].entries())
        cluster.jobs.set(`fuzz${n}`, new Map(Object.entries({ ...JOB, ...all })));
      const { secret } = giveRoot(cluster);
      lab = await Lab.start(cluster);
      const headers = { Authorization: `PVEAPIToken=root@pam!lab=${secret}` };
      const { byStatus, wrong } = await fuzz(lab, release, headers, CALLS, 20 + n);
      expect(wrong).to.deep.equal([]);
      // A test that only ever hears 501 says nothing.
      for (const status of [200, 400, 403, 500, 501])
        expect(byStatus.get(status) ?? 0, `answers with ${status}: ${JSON.stringify([...byStatus])}`).to.be.above(
          status === 200 ? CALLS / 10 : 10,
        );
      // Whatever was done, the cluster's files can be read again.
      const users = printUserConfig(cluster.access);
      expect(printUserConfig(parseUserConfig(users))).to.equal(users);
      const storages = printStorages(cluster.storages);
      expect(printStorages(parseStorages(storages))).to.equal(storages);
      for (const { config } of cluster.guests.values())
        expect(printConfig(parseConfig(printConfig(config)))).to.equal(printConfig(config));
    });
});
