import { expect } from "chai";
import { Clock } from "../../../lab/clock.ts";
import type { Cluster } from "../../../lab/cluster.ts";
import { readCluster } from "../../../lab/cluster-file.ts";
import { shipped } from "../../../lab/shipped.ts";
import { type LabClient, labClient } from "../../support/lab-client.ts";

describe("a task, followed over the API,", () => {
  let cluster: Cluster;
  let client: LabClient;
  const VM = "/nodes/demo-felhom/qemu/102";
  beforeEach(async () => {
    const clock = new Clock(1_800_000_000_000);
    clock.stop();
    cluster = readCluster(shipped("single"), { clock, seed: 1 });
    client = await labClient(cluster);
  });
  afterEach(() => client.close());

  const begin = async (call: string) => String(await client.told(call));
  const at = (upid: string) => `/nodes/demo-felhom/tasks/${encodeURIComponent(upid)}`;

  it("runs, ends, and keeps its log", async () => {
    const upid = await begin(`POST ${VM}/status/stop`);
    expect(await client.told(`GET ${at(upid)}/status`)).to.include({
      upid,
      status: "running",
      type: "qmstop",
      id: "102",
      user: "root@pam",
      tokenid: "all",
    });
    expect((await client.ask(`GET ${at(upid)}/log`)).text).to.equal('{"data":[{"n":1,"t":"no content"}],"total":1}');
    cluster.clock.step(10);
    expect(await client.told(`GET ${at(upid)}/status`)).to.include({ status: "stopped", exitstatus: "OK" });
    expect((await client.ask(`GET ${at(upid)}/log`)).text).to.equal('{"data":[{"n":1,"t":"TASK OK"}],"total":1}');
    expect(Object(await client.told(`GET ${VM}/status/current`)).status).to.equal("stopped");
  });

  it("can fail long after the 200 that began it", async () => {
    cluster.faults.tasks({ type: "qmstop", fail: "403 Permission check failed (/vms/102, VM.PowerMgmt)" });
    const upid = await begin(`POST ${VM}/status/stop`);
    cluster.clock.step(10);
    expect(await client.told(`GET ${at(upid)}/status`)).to.include({
      status: "stopped",
      exitstatus: "403 Permission check failed (/vms/102, VM.PowerMgmt)",
    });
    expect(Object(await client.told(`GET ${VM}/status/current`)).status).to.equal("running");
  });

  it("can hang until somebody ends it", async () => {
    cluster.faults.tasks({ hang: true });
    const upid = await begin(`POST ${VM}/status/stop`);
    cluster.clock.step(10_000);
    expect(await client.told(`GET ${at(upid)}/status`)).to.include({ status: "running" });
    await client.told(`DELETE ${at(upid)}`);
    expect(await client.told(`GET ${at(upid)}/status`)).to.include({ exitstatus: "received interrupt" });
  });

  it("is in the lists, by what it is and how it ended", async () => {
    const ok = await begin(`POST ${VM}/status/stop`);
    cluster.clock.step(10);
    cluster.faults.tasks({ fail: "no" });
    const failed = await begin(`POST ${VM}/status/start`);
    cluster.clock.step(10);
    cluster.faults.clear();
    const running = await begin(`POST ${VM}/status/start`);
    const list = async (params: object) => {
      const tasks = Object(await client.told("GET /nodes/demo-felhom/tasks", params));
      return tasks.map(({ upid }: { upid: string }) => upid);
    };
    expect(await list({})).to.deep.equal([failed, ok]);
    expect(await list({ source: "active" })).to.deep.equal([running]);
    expect(await list({ source: "all" })).to.deep.equal([running, failed, ok]);
    expect(await list({ errors: 1 })).to.deep.equal([failed]);
    expect(await list({ statusfilter: "ok" })).to.deep.equal([ok]);
    expect(await list({ typefilter: "qmstop" })).to.deep.equal([ok]);
    expect(await list({ since: 1_800_000_005 })).to.deep.equal([failed]);
    expect(await list({ limit: 1, start: 1 })).to.deep.equal([ok]);
    expect(await list({ vmid: 999 })).to.deep.equal([]);
    const recent = Object(await client.told("GET /cluster/tasks"));
    expect(recent.map(({ upid, saved }: { upid: string; saved: string }) => [upid, saved])).to.deep.equal([
      [running, "0"],
      [failed, "1"],
      [ok, "1"],
    ]);
  });

  it("is for its owner's eyes: a user sees those of their tokens, a token its own, others need Sys.Audit", async () => {
    for (const userid of ["joe@pve", "eve@pve"])
      await client.told("POST /access/users", { userid, password: "password" });
    const made = Object(await client.told("POST /access/users/joe@pve/token/ci", { privsep: 0 }));
    await client.told("PUT /access/acl", { path: "/vms/102", roles: "PVEVMUser", users: "joe@pve,eve@pve" });
    const token = { Authorization: `PVEAPIToken=joe@pve!ci=${made.value}` };
    const [joe, eve] = [await client.as("joe@pve", "password"), await client.as("eve@pve", "password")];
    const ofToken = String(await client.told(`POST ${VM}/status/stop`, {}, token));
    const ofJoe = String(await client.told(`POST ${VM}/status/stop`, {}, joe));
    expect(ofToken).to.match(/:joe@pve!ci:$/);
    expect((await client.ask(`GET ${at(ofToken)}/status`, {}, joe)).status).to.equal(200);
    expect((await client.ask(`GET ${at(ofJoe)}/status`, {}, token)).status).to.equal(403);
    const refused = await client.ask(`GET ${at(ofJoe)}/log`, {}, eve);
    expect(refused.reason).to.equal("Permission check failed (/nodes/demo-felhom, Sys.Audit)");
    cluster.clock.step(10);
    expect(await client.told("GET /nodes/demo-felhom/tasks", {}, eve)).to.deep.equal([]);
    expect(await client.told("GET /nodes/demo-felhom/tasks", {}, joe)).to.have.length(2);
  });

  it("that is not known is no such task, and its log cannot be opened", async () => {
    const unknown = at("UPID:demo-felhom:00000001:00000002:6B49D200:qmstop:102:root@pam:");
    expect((await client.ask(`GET ${unknown}/status`)).body.errors).to.deep.equal({ upid: "no such task" });
    expect((await client.ask(`GET ${unknown}/log`)).text).to.include("unable to open file - No such file or directory");
    expect((await client.ask(`GET ${at("nonsense")}/status`)).body.errors).to.deep.equal({
      upid: "unable to parse worker upid",
    });
  });
});
