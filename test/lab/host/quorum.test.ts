import { expect } from "chai";
import { newCluster } from "../../../lab/cluster.ts";
import type { Answer } from "../../../lab/host/command.ts";
import { corosyncQuorumtool, pvecm } from "../../../lab/host/commands/cluster.ts";

const THREE = ["pve1", "pve2", "pve3"];

/** What a program says on the first of some nodes, of which some are away. */
async function said(command: typeof pvecm, line: string, names: readonly string[], away: readonly string[] = []) {
  const cluster = newCluster(
    "lab",
    names.map((name) => ({ name, release: "9.2" })),
  );
  for (const node of cluster.nodes) if (away.includes(node.name)) node.leave();
  const [node] = cluster.nodes;
  if (!node) throw new Error("the cluster has no node");
  const host = { cluster, node, tree: "/nowhere", goDown: () => undefined };
  const answer: Answer = await command({ host, path: "", argv: line.split(" ").filter(Boolean), cwd: "/" });
  return { stdout: "", stderr: "", code: 0, ...answer };
}

describe("the quorum that a host tells", () => {
  it("has a vote for each node that is there", async () => {
    const { stdout, code } = await said(corosyncQuorumtool, "-s", THREE, ["pve3"]);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^Quorum information\n-+\nDate: {13}\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\n/);
    for (const line of ["Nodes:            2", "Quorate:          Yes", "Total votes:      2", "Quorum:           2  "])
      expect(stdout).to.include(`\n${line}\n`);
    expect(stdout).to.match(/\n +Nodeid +Votes Name\n +1 {10}1 pve1 \(local\)\n +2 {10}1 pve2\n$/);
  });

  it("is lost where too many are away, which the exit status says too", async () => {
    const { stdout, code } = await said(corosyncQuorumtool, "-s", THREE, ["pve2", "pve3"]);
    expect(code).to.equal(2);
    expect(stdout)
      .to.include("Quorate:          No\n")
      .and.include("Quorum:           2 Activity blocked\nFlags:            \n");
  });

  it("is of itself alone on a host that nobody reaches", async () => {
    expect((await said(corosyncQuorumtool, "", THREE, ["pve1"])).stdout).to.include("Total votes:      1\n");
  });

  it("is told by pvecm with addresses and numbers in hex", async () => {
    const { stdout, code } = await said(pvecm, "status", THREE);
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/^Cluster information\n/)
      .and.match(/\n0x00000002 {10}1 192\.0\.2\.12\n/);
    expect(
      stdout.endsWith((await said(corosyncQuorumtool, "-siH", THREE)).stdout.split("Quorum provider")[1] ?? "?"),
    ).to.equal(true);
  });

  it("is none where there is one node", async () => {
    expect(await said(corosyncQuorumtool, "-s", ["pve1"])).to.deep.equal({
      stdout: "",
      stderr: "Cannot initialize CMAP service\n",
      code: 1,
    });
    expect((await said(pvecm, "status", ["pve1"])).code).to.equal(255);
  });
});
