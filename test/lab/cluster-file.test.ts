import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readCluster } from "../../lab/cluster-file.ts";
import { shipped, shippedClusters } from "../../lab/shipped.ts";
import { stateOf } from "../../lab/state.ts";

describe("a cluster file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pve-ops-cluster-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const written = (text: string): string => {
    const file = join(folder, "cluster.yaml");
    writeFileSync(file, text);
    return file;
  };

  it("ships as three nodes with HA, a single one, and a farm of five", () => {
    const sizes = shippedClusters.map((name) => [name, readCluster(shipped(name)).nodes.length]);
    expect(sizes).to.deep.equal([
      ["farm", 5],
      ["homelab", 3],
      ["single", 1],
    ]);
  });

  for (const release of ["8.4", "9.2"] as const)
    for (const name of shippedClusters)
      it(`of ${name} is a cluster on ${release} as well, the same each time with the same seed`, () => {
        const state = () => stateOf(readCluster(shipped(name), { release, seed: 3 }));
        expect(state()).to.deep.equal(state());
      });

  it("can be made larger and smaller than it is", () => {
    const names = (nodes: number) => readCluster(shipped("homelab"), { nodes }).nodes.map(({ name }) => name);
    expect(names(5)).to.deep.equal(["pve-ms01-01", "pve-ms01-02", "pve-aimax-01", "pve-4", "pve-5"]);
    expect(names(1)).to.deep.equal(["pve-ms01-01"]);
    expect([...readCluster(shipped("homelab"), { nodes: 1 }).guests.keys()]).to.deep.equal([101, 110, 112, 200]);
  });

  it("may have nodes of different releases", () => {
    const file = written("name: mixed\nnodes:\n  - { name: old, release: '8.4' }\n  - { name: new, release: '9.2' }\n");
    expect(readCluster(file).nodes.map(({ release }) => release)).to.deep.equal(["8.4", "9.2"]);
  });

  it("may write a release as the number that YAML takes it for", () => {
    const file = written("name: x\nrelease: 8.4\nnodes: [{ name: a }, { name: b, release: 9.2 }]\n");
    expect(readCluster(file).nodes.map(({ release }) => release)).to.deep.equal(["8.4", "9.2"]);
  });

  it("makes users with their tokens, whose secrets may be given", () => {
    const cluster = readCluster(
      written(`name: tokens
nodes: [{ name: pve1 }]
users:
  - userid: ci@pve
    password: lab-ci-password
    tokens: [{ tokenid: pipeline, value: 11111111-1111-4111-8111-111111111111, privsep: 0 }]
acl:
  - { path: /vms, roles: PVEAuditor, users: ci@pve }
`),
    );
    expect(cluster.tokenSecrets.get("ci@pve!pipeline")).to.equal("11111111-1111-4111-8111-111111111111");
    expect(stateOf(cluster)["user.cfg"]).to.include("token:ci@pve!pipeline:0:0::\n");
  });

  it("may have backup jobs, with lists as the API takes them, and a time zone for each node", () => {
    const cluster = readCluster(
      written(`name: jobs
nodes: [{ name: a, timezone: Europe/Vienna }, { name: b }]
pools: [{ poolid: team }]
jobs:
  - { id: nightly, schedule: "02:30", pool: team, storage: backups, exclude-path: [/tmp, /var/cache], enabled: false }
`),
    );
    const state = stateOf(cluster);
    expect(state["jobs.cfg"]).to.equal(
      "vzdump: nightly\n\tschedule 02:30\n\tenabled 0\n\texclude-path /tmp\n\texclude-path /var/cache\n" +
        "\tpool team\n\tstorage backups\n\n",
    );
    expect(state["time zones"]).to.equal("a Europe/Vienna\nb UTC\n");
  });

  for (const { what, text, words } of [
    { what: "has a misspelt key", text: "name: x\nnodess: []\n", words: /nodess/ },
    {
      what: "has two nodes of one name",
      text: "name: x\nnodes: [{ name: a }, { name: a }]\n",
      words: /two nodes have one name/,
    },
    {
      what: "has a node that no host is",
      text: "name: x\nnodes: [{ name: pve_1 }]\n",
      words: /letters, digits and dashes/,
    },
    {
      what: "has an address that is none",
      text: "name: x\nnodes: [{ name: a, ip: 300.1.1.1 }]\n",
      words: /this is no address/,
    },
    {
      what: "has a release that the lab does not have",
      text: "name: x\nrelease: 7.4\nnodes: [{ name: a }]\n",
      words: /a release here is 8.4 or 9.2/,
    },
    {
      what: "has a storage with more in it than there is",
      text: "name: x\nnodes: [{ name: a }]\nstorages: [{ storage: s, type: dir, path: /s, capacity: 5GiB, used: 9GiB }]\n",
      words: /more is used than there is/,
    },
    { what: "has no node", text: "name: x\nnodes: []\n", words: /nodes/ },
    {
      what: "has a size that is none",
      text: "name: x\nnodes: [{ name: a, memory: 96 GB }]\n",
      words: /a size is a number of bytes, or like 96GiB/,
    },
    {
      what: "has a guest on a node that it does not have",
      text: "name: x\nnodes: [{ name: a }]\nguests: [{ vmid: 100, type: qemu, node: b }]\n",
      words: /guest 100 is on 'b', which is no node of the file/,
    },
    {
      what: "has a guest with what PVE would refuse",
      text: "name: x\nnodes: [{ name: a }]\nguests: [{ vmid: 100, type: qemu, node: a, cores: 0 }]\n",
      words: /PUT \/nodes\/a\/qemu\/100\/config: .*cores: value must have a minimum value of 1/s,
    },
    {
      what: "has two guests of one id",
      text: "name: x\nnodes: [{ name: a }]\nguests: [{ vmid: 100, type: qemu, node: a }, { vmid: 100, type: lxc, node: a }]\n",
      words: /there are two guests 100/,
    },
    {
      what: "has a job for nothing",
      text: "name: x\nnodes: [{ name: a }]\njobs: [{ id: none, schedule: daily }]\n",
      words: /POST \/cluster\/backup of none: .*vmid: property is missing/s,
    },
    {
      what: "has a node in no time zone",
      text: "name: x\nnodes: [{ name: a, timezone: Vienna }]\n",
      words: /there is no such time zone/,
    },
    {
      what: "has an ACL for nobody",
      text: "name: x\nnodes: [{ name: a }]\nacl: [{ path: /, roles: PVEAuditor, users: joe@pve }]\n",
      words: /user 'joe@pve' does not exist/,
    },
  ])
    it(`that ${what} is refused with its name and the place`, () => {
      const file = written(text);
      expect(() => readCluster(file)).to.throw(words);
      expect(() => readCluster(file)).to.throw(file);
    });
});
