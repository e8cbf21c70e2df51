import { expect } from "chai";
import { Clock } from "../../../lab/clock.ts";
import type { Cluster } from "../../../lab/cluster.ts";
import { readCluster } from "../../../lab/cluster-file.ts";
import { shipped } from "../../../lab/shipped.ts";
import { type LabClient, labClient } from "../../support/lab-client.ts";

describe("the cluster, asked over the API,", () => {
  let cluster: Cluster;
  let client: LabClient;
  const open = async (release: "8.4" | "9.2" = "9.2", name = "homelab") => {
    const clock = new Clock(1_800_000_000_000);
    clock.stop();
    cluster = readCluster(shipped(name), { release, clock, seed: 1 });
    client = await labClient(cluster);
  };
  afterEach(() => client.close());

  for (const release of ["8.4", "9.2"] as const)
    it(`tells of itself, its nodes, guests and storages as ${release} does`, async () => {
      await open(release);
      expect(await client.told("GET /version")).to.include({ release });
      const names = (data: unknown) => Object(data).map(({ name }: { name?: string }) => name);
      expect(names(await client.told("GET /cluster/status"))).to.deep.equal([
        "homelab-pve-cluster",
        "pve-ms01-01",
        "pve-ms01-02",
        "pve-aimax-01",
      ]);
      expect(await client.told("GET /nodes")).to.have.length(3);
      expect(await client.told("GET /nodes/pve-aimax-01/status")).to.include({ uptime: 86_400 });
      const resources = Object(await client.told("GET /cluster/resources"));
      const ids: string[] = resources.map(({ id }: { id: string }) => id);
      expect(ids).to.include.members(["/pool/production", "qemu/101", "lxc/200", "node/pve-aimax-01"]);
      expect(ids.filter((id) => id.startsWith("storage/"))).to.have.length(7 * 3);
      const [shop] = resources.filter(({ id }: { id: string }) => id === "qemu/112");
      expect(shop).to.include({ name: "db-postgres-01", status: "running", pool: "production", maxcpu: 8 });
      expect(await client.told("GET /cluster/resources", { type: "vm" })).to.have.length(10);
      for (const index of ["/cluster", "/nodes/pve-aimax-01", "/nodes/pve-ms01-01/qemu/101"])
        expect(await client.told(`GET ${index}`)).to.not.have.length(0);
    });

  it("is no cluster where there is one node", async () => {
    await open("9.2", "single");
    expect(await client.told("GET /cluster/status")).to.deep.equal([
      {
        type: "node",
        id: "node/demo-felhom",
        name: "demo-felhom",
        nodeid: 0,
        ip: "192.168.0.162",
        local: 1,
        online: 1,
        level: "",
      },
    ]);
  });

  it("says which id is free next, within the bounds that it was given", async () => {
    await open();
    expect((await client.ask("GET /cluster/nextid")).text).to.equal('{"data":"100"}');
    await client.told("PUT /cluster/options", { "next-id": "lower=110,upper=114" });
    const none = await client.ask("GET /cluster/nextid");
    expect(none.body.message).to.equal("unable to get any free VMID in range [110, 114]\n");
    const taken = await client.ask("GET /cluster/nextid", { vmid: 101 });
    expect(taken.body.errors).to.deep.equal({ vmid: "VM 101 already exists" });
  });

  it("keeps its options, tells them as objects, and takes them back", async () => {
    await open();
    expect(await client.told("GET /cluster/options")).to.deep.include({
      keyboard: "en-us",
      migration: { type: "secure", network: "10.8.48.0/24" },
    });
    await client.told("PUT /cluster/options", { console: "html5", delete: "keyboard,migration" });
    const options = Object(await client.told("GET /cluster/options"));
    expect([options.console, options.keyboard, options.migration]).to.deep.equal(["html5", undefined, undefined]);
    const anna = await client.as("anna@pve", "lab-anna");
    await client.told("PUT /access/acl", { path: "/", roles: "PVEAuditor", groups: "operators", delete: 1 });
    expect(await client.told("GET /cluster/options", {}, anna)).to.have.keys("console", "allowed-tags");
  });

  it("shows everybody just what they may see", async () => {
    await open();
    await client.told("PUT /access/acl", { path: "/", roles: "PVEAuditor", groups: "operators", delete: 1 });
    const anna = await client.as("anna@pve", "lab-anna");
    const seen = Object(await client.told("GET /cluster/resources", { type: "vm" }, anna));
    expect(seen.map(({ vmid }: { vmid: number }) => vmid)).to.deep.equal([110, 113, 200]);
    expect((await client.ask("GET /cluster/status", {}, anna)).reason).to.equal(
      "Permission check failed (/, Sys.Audit)",
    );
    expect((await client.ask("GET /nodes/pve-ms01-01/qemu/101/config", {}, anna)).status).to.equal(403);
  });

  it("knows of a node that is away where it is and no more; what is for it cannot be reached", async () => {
    await open();
    cluster.nodes[2]?.leave();
    const status = Object(await client.told("GET /cluster/status"));
    expect([status[0].quorate, status[3].online]).to.deep.equal([1, 0]);
    const gone = Object(await client.told("GET /cluster/resources")).filter(
      ({ node, type }: { node: string; type: string }) => node === "pve-aimax-01" && type === "qemu",
    );
    expect(gone[0]).to.deep.equal({
      id: "qemu/103",
      vmid: 103,
      node: "pve-aimax-01",
      type: "qemu",
      status: "unknown",
      tags: "k8s;talos",
    });
    const away = await client.ask("GET /nodes/pve-aimax-01/status");
    expect([away.status, away.reason, away.text]).to.deep.equal([595, "No route to host", ""]);
  });

  it("takes no change when most of its nodes are away, and takes them again when they are back", async () => {
    await open();
    for (const node of cluster.nodes.slice(1)) node.leave();
    const refused = await client.ask("POST /pools", { poolid: "p" });
    expect([refused.status, refused.body.message]).to.deep.equal([500, "cluster not ready - no quorum?\n"]);
    expect(await client.told("GET /pools")).to.have.length(2);
    cluster.nodes[1]?.comeBack();
    await client.told("POST /pools", { poolid: "p" });
  });

  it("does not know a node that it does not have", async () => {
    await open();
    const answer = await client.ask("GET /nodes/nowhere/status");
    expect([answer.status, answer.reason]).to.deep.equal([
      500,
      "hostname lookup 'nowhere' failed - failed to get address info for: nowhere: Name or service not known",
    ]);
  });

  it("of mixed releases answers for each node as that one would", async () => {
    await open();
    const [, second] = cluster.nodes;
    if (second) second.release = "8.4";
    expect(await client.told("GET /nodes/pve-ms01-02/version")).to.include({ release: "8.4" });
    const wide = await client.ask("PUT /nodes/pve-ms01-02/qemu/102/config", { "allow-ksm": 0 });
    expect(wide.body.errors).to.have.key("allow-ksm");
    await client.told("PUT /nodes/pve-ms01-01/qemu/101/config", { "allow-ksm": 0 });
  });

  it("reboots a node: it is away for a while, and is back with the guests that are to run from its start on", async () => {
    await open();
    const byHand = cluster.guests.get(120);
    if (byHand) byHand.startedAt = cluster.now();
    await client.told("POST /nodes/pve-aimax-01/status", { command: "reboot" });
    cluster.clock.step(5);
    expect((await client.ask("GET /nodes/pve-aimax-01/status")).status).to.equal(595);
    cluster.clock.step(30);
    expect(Object(await client.told("GET /nodes/pve-aimax-01/status")).uptime).to.be.below(10);
    const statusOf = async (vmid: number) =>
      Object(await client.told(`GET /nodes/pve-aimax-01/qemu/${vmid}/status/current`)).status;
    expect(await statusOf(103)).to.equal("running");
    expect(await statusOf(120)).to.equal("stopped");
  });
});
