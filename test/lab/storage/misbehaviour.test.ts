import type { Server } from "node:http";
import { expect } from "chai";
import { adminServer } from "../../../lab/admin.ts";
import { Clock } from "../../../lab/clock.ts";
import { readCluster } from "../../../lab/cluster-file.ts";
import { Lab } from "../../../lab/lab.ts";
import { shipped } from "../../../lab/shipped.ts";
import { type LabClient, labClient } from "../../support/lab-client.ts";

const HERE = "pve-ms01-01";
const THERE = "pve-ms01-02";

describe("storages and guests that are told to misbehave", () => {
  let lab: Lab;
  let client: LabClient;
  let door: Server;
  const open = async (release: "8.4" | "9.2" = "9.2") => {
    const clock = new Clock(1_800_000_000_000);
    clock.stop();
    const cluster = readCluster(shipped("homelab"), { release, clock, seed: 1 });
    client = await labClient(cluster);
    lab = await Lab.start(cluster);
    door = adminServer(lab);
    await new Promise<void>((done) => door.listen(0, "127.0.0.1", done));
  };
  afterEach(async () => {
    client.close();
    door.close();
    await lab.close();
  });

  const admin = async (call: string, body: object = {}) => {
    const [method = "", path = ""] = call.split(" ");
    const address = door.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}${path}`;
    const answer = await fetch(url, method === "GET" ? {} : { method, body: JSON.stringify(body) });
    return { status: answer.status, said: Object(await answer.json()) };
  };
  const refusal = async (call: string, params: object = {}) => (await client.ask(call, params)).reason;
  const resource = async (storage: string, node: string) => {
    const all = Object(await client.told("GET /cluster/resources", { type: "storage" }));
    return all.find(({ id }: { id: string }) => id === `storage/${node}/${storage}`);
  };

  for (const release of ["8.4", "9.2"] as const)
    it(`a storage cannot be reached from one node, and can be again, as ${release} tells it`, async () => {
      await open(release);
      expect(await admin("POST /storages/nfs-weekly/leave", { nodes: [HERE] })).to.include({ status: 200 });
      const at = (node: string) => `/nodes/${node}/storage/nfs-weekly`;
      expect(await client.told(`GET ${at(HERE)}/status`)).to.include({ active: 0, enabled: 1, total: 0, used: 0 });
      expect(await client.told(`GET ${at(THERE)}/status`)).to.include({ active: 1, enabled: 1 });
      expect(await resource("nfs-weekly", HERE))
        .to.include({ status: "unknown" })
        .and.not.have.property("maxdisk");
      expect(await resource("nfs-weekly", THERE)).to.include({ status: "available" });
      const offline = "storage 'nfs-weekly' is not online";
      expect(await refusal(`GET ${at(HERE)}/content`)).to.equal(offline);
      expect(await refusal(`GET ${at(HERE)}/prunebackups`, { "prune-backups": "keep-last=1" })).to.equal(offline);
      expect(await client.told(`GET ${at(THERE)}/content`)).to.have.length(80);
      await admin("POST /storages/nfs-weekly/come-back");
      expect(await client.told(`GET ${at(HERE)}/content`)).to.have.length(80);
    });

  for (const { storage, words } of [
    { storage: "backups", words: 'mount error: Job failed. See "journalctl -xe" for details.' },
    {
      storage: "pbs-offsite",
      words: "pbs-offsite: error fetching datastores - 500 Can't connect to pbs.example:8007 (No route to host)",
    },
    {
      storage: "local",
      words: "unable to activate storage 'local' - directory '/var/lib/vz' does not exist or is unreachable",
    },
  ])
    it(`${storage} that is away says so in its own words, on every node`, async () => {
      await open();
      await admin(`POST /storages/${storage}/leave`);
      for (const node of [HERE, THERE])
        expect(await refusal(`GET /nodes/${node}/storage/${storage}/content`)).to.equal(words);
    });

  it("a storage that is switched off, or kept to other nodes, says so", async () => {
    await open();
    const call = `GET /nodes/${HERE}/storage/backups/content`;
    await client.told("PUT /storage/backups", { nodes: THERE });
    expect(await refusal(call)).to.equal(`storage 'backups' is not available on node '${HERE}'`);
    await client.told("PUT /storage/backups", { disable: 1 });
    expect(await refusal(call)).to.equal("storage 'backups' is disabled");
  });

  it("a storage that goes away while a backup is written has that backup fail", async () => {
    await open();
    const upid = String(await client.told(`POST /nodes/${HERE}/vzdump`, { storage: "nfs-weekly", vmid: 200 }));
    lab.cluster.clock.step(2);
    await admin("POST /storages/nfs-weekly/leave");
    lab.cluster.clock.step(60);
    const task = lab.cluster.tasks.find(upid);
    expect(task?.end?.status).to.equal("job errors");
    expect(task?.log).to.include("ERROR: Backup of VM 200 failed - storage 'nfs-weekly' is not online");
    expect(lab.cluster.guests.get(200)?.config.values.has("lock")).to.equal(false);
  });

  it("a guest is locked and unlocked", async () => {
    await open();
    await admin("POST /guests/112/lock", { lock: "migrate" });
    expect(await refusal(`PUT /nodes/${HERE}/qemu/112/config`, { cores: 2 })).to.equal("VM is locked (migrate)");
    await admin("POST /guests/112/unlock");
    await client.told(`PUT /nodes/${HERE}/qemu/112/config`, { cores: 2 });
  });

  it("a dry run tells of one backup more than goes", async () => {
    await open();
    const marks = async () => {
      const params = { vmid: 112, "prune-backups": "keep-last=3" };
      const entries = Object(await client.told(`GET /nodes/${HERE}/storage/backups/prunebackups`, params));
      return entries.filter(({ mark }: { mark: string }) => mark === "remove").length;
    };
    await admin("POST /faults/dry-runs", { storage: "backups" });
    expect(await marks()).to.equal(12);
    expect((await admin("GET /faults")).said.dryRuns).to.deep.equal([
      { storage: "backups", skip: 0, removes: 1, seen: 1 },
    ]);
    await admin("DELETE /faults");
    expect(await marks()).to.equal(11);
  });

  for (const { call, body = {}, status, error } of [
    { call: "POST /storages/none/leave", status: 404, error: "the lab has no storage 'none'" },
    { call: "POST /storages/backups/leave", body: { nodes: ["x"] }, status: 404, error: "the lab has no node 'x'" },
    { call: "POST /guests/999/lock", body: { lock: "backup" }, status: 404, error: "the lab has no guest '999'" },
    { call: "POST /faults/dry-runs", body: { storage: "none" }, status: 404, error: "the lab has no storage 'none'" },
  ])
    it(`${call} ${JSON.stringify(body)} is refused: ${error}`, async () => {
      await open();
      expect(await admin(call, body)).to.deep.equal({ status, said: { error } });
    });
});
