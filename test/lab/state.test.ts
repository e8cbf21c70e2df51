import { expect } from "chai";
import { readCluster } from "../../lab/cluster-file.ts";
import { shipped } from "../../lab/shipped.ts";
import { differences, stateOf } from "../../lab/state.ts";

describe("a lab's state", () => {
  it("is the cluster's files and what runs, and is equal to itself", () => {
    const cluster = readCluster(shipped("homelab"), { seed: 1 });
    const state = stateOf(cluster);
    expect(Object.keys(state)).to.include.members([
      "user.cfg",
      "priv/token.cfg",
      "storage.cfg",
      "datacenter.cfg",
      "nodes/pve-ms01-01/qemu-server/101.conf",
      "nodes/pve-ms01-02/lxc/201.conf",
    ]);
    expect(differences(state, stateOf(cluster))).to.deep.equal([]);
  });

  it("tells what changed, line by line", () => {
    const cluster = readCluster(shipped("single"));
    const before = stateOf(cluster);
    cluster.access.groups.set("late", { members: new Set() });
    cluster.guests.get(102)?.config.values.set("cores", "4");
    cluster.guests.delete(101);
    expect(differences(before, stateOf(cluster))).to.include.members([
      "+ user.cfg: group:late:::",
      "- nodes/demo-felhom/qemu-server/102.conf: cores: 2",
      "+ nodes/demo-felhom/qemu-server/102.conf: cores: 4",
      "- nodes/demo-felhom/lxc/101.conf: hostname: docker-ct",
      "- what runs: lxc/101",
    ]);
  });

  it("tells when the same lines only stand in another order, and a line that is there twice", () => {
    expect(differences({ a: "1\n2\n" }, { a: "2\n1\n" })).to.deep.equal(["~ a: the same lines in another order"]);
    expect(differences({ a: "1\n" }, { a: "1\n1\n" })).to.deep.equal(["+ a: 1"]);
  });
});
