import { Agent } from "node:https";
import { expect } from "chai";
import { expireTickets } from "../../lab/api/access/tickets.ts";
import { readCluster } from "../../lab/cluster-file.ts";
import { giveRoot } from "../../lab/connection.ts";
import type { CallFault } from "../../lab/faults.ts";
import { Lab } from "../../lab/lab.ts";
import { shipped } from "../../lab/shipped.ts";
import { type Answered, https } from "../support/https.ts";

describe("a lab that is told to misbehave", () => {
  let lab: Lab;
  let secret: string;
  let password: string;
  beforeEach(async () => {
    const cluster = readCluster(shipped("homelab"));
    ({ secret, password } = giveRoot(cluster));
    lab = await Lab.start(cluster);
  });
  afterEach(() => lab.close());

  /** One request on a connection of its own, whatever comes of it. */
  async function ask(call: string, { node = 0, headers = {}, params = {} } = {}): Promise<Partial<Answered>> {
    const token = { Authorization: `PVEAPIToken=root@pam!lab=${secret}` };
    const options = { headers: { ...token, ...headers }, ca: lab.ca, agent: false };
    return https(lab.nodes[node]?.api ?? "", call, params, options).catch(({ code }) => ({ trouble: code }));
  }
  const makeGroup = () => ask("POST /access/groups", { params: { groupid: "made" } });
  const isMade = () => lab.cluster.access.groups.has("made");

  for (const { drop, made, seen } of [
    { drop: "before", made: false, seen: { trouble: "ECONNRESET" } },
    { drop: "unanswered", made: true, seen: { trouble: "ECONNRESET" } },
    { drop: "halfway", made: true, seen: { status: 200, trouble: "ECONNRESET" } },
  ] as const)
    it(`drops a connection ${drop}: what was asked for is ${made ? "" : "not "}done`, async () => {
      lab.cluster.faults.calls({ path: "/access/groups", drop, times: 1 });
      expect(await makeGroup()).to.deep.include(seen);
      expect(isMade()).to.equal(made);
      expect((await ask("GET /version")).status).to.equal(200);
    });

  it("drops a connection answered: the answer is whole, and the next call needs another connection", async () => {
    const agent = new Agent({ keepAlive: true, ca: lab.ca });
    const headers = { Authorization: `PVEAPIToken=root@pam!lab=${secret}` };
    const version = async () => (await https(lab.nodes[0]?.api ?? "", "GET /version", {}, { headers, agent })).status;
    lab.cluster.faults.calls({ drop: "answered", times: 1 });
    expect(await version()).to.equal(200);
    await new Promise((done) => setTimeout(done, 100));
    expect(Object.keys(agent.freeSockets)).to.deep.equal([]);
    expect(await version()).to.equal(200);
    agent.destroy();
  });

  it("hits a call however its path is escaped", async () => {
    lab.cluster.faults.calls({ path: "/access/users/root@pam", status: 503 });
    expect((await ask("GET /access/users/root%40pam")).status).to.equal(503);
    expect((await ask("GET /access/users/root@pam")).status).to.equal(503);
  });

  it("does nothing more for who went away, or on a node that did, while it took its time", async () => {
    lab.cluster.faults.calls({ path: "/access/groups", delay: 200 });
    const asked = makeGroup();
    await new Promise((done) => setTimeout(done, 50));
    lab.cluster.nodes[0]?.leave();
    expect((await asked).trouble).to.equal("ECONNRESET");
    await new Promise((done) => setTimeout(done, 300));
    expect(isMade()).to.equal(false);
  });

  it("has the tasks of a node that left end with it", async () => {
    const { cluster } = lab;
    const about = { node: "pve-ms01-02", type: "qmstart", id: "102", holder: "root@pam" };
    let worked = false;
    const upid = cluster.tasks.begin(about, function* () {
      yield 5;
      worked = true;
    });
    cluster.nodes[1]?.leave();
    cluster.clock.step(10);
    expect([worked, cluster.tasks.find(upid)?.end?.status]).to.deep.equal([false, "unexpected status"]);
  });

  for (const { fault, made, seen } of [
    { fault: { status: 500, message: "got timeout" }, made: false, seen: { status: 500, reason: "got timeout" } },
    {
      fault: { status: 503, message: "busy" },
      made: false,
      seen: { status: 503, text: '{"data":null,"message":"busy"}' },
    },
    {
      fault: { status: 596, message: "Broken pipe", done: true },
      made: true,
      seen: { status: 596, reason: "Broken pipe", text: "" },
    },
    { fault: { status: 595, message: "Connection refused" }, made: false, seen: { status: 595, text: "" } },
  ])
    it(`answers ${fault.status} where it is told to, and ${made ? "does it all the same" : "does nothing"}`, async () => {
      lab.cluster.faults.calls({ ...fault, times: 1 } satisfies Partial<CallFault>);
      expect(await makeGroup()).to.deep.include(seen);
      expect(isMade()).to.equal(made);
    });

  it("takes its time", async () => {
    lab.cluster.faults.latency = 150;
    lab.cluster.faults.calls({ delay: 150 });
    const begun = performance.now();
    await ask("GET /version");
    expect(performance.now() - begun).to.be.at.least(299);
  });

  it("forgets its tickets, and gives new ones that are good", async () => {
    const login = async () => {
      const { text = "" } = await ask("POST /access/ticket", { params: { username: "root@pam", password } });
      return { Authorization: "", Cookie: `PVEAuthCookie=${encodeURIComponent(JSON.parse(text).data.ticket)}` };
    };
    const headers = await login();
    expect((await ask("GET /version", { headers })).status).to.equal(200);
    expireTickets(lab.cluster);
    expect(await ask("GET /version", { headers })).to.include({ status: 401, reason: "Authentication failed!" });
    expect((await ask("GET /version", { headers: await login() })).status).to.equal(200);
  });

  it("shows another certificate, of the same CA or of one that nobody knows", async () => {
    const before = lab.nodes[0]?.fingerprint;
    await lab.changeCertificate("pve-ms01-01");
    expect(lab.nodes[0]?.fingerprint).to.not.equal(before);
    expect((await ask("GET /version")).status).to.equal(200);
    await lab.changeCertificate("pve-ms01-01", "other CA");
    expect((await ask("GET /version")).trouble).to.match(/UNABLE_TO_VERIFY|SELF_SIGNED|CERT_SIGNATURE/);
    expect((await ask("GET /version", { node: 1 })).status).to.equal(200);
  });

  it("has a node leave: nothing answers there, and the others say so, until it is back", async () => {
    const [, second] = lab.cluster.nodes;
    second?.leave();
    expect((await ask("GET /version", { node: 1 })).trouble).to.equal("ECONNREFUSED");
    expect(await ask("GET /nodes/pve-ms01-02/status")).to.include({ status: 595, reason: "No route to host" });
    second?.comeBack();
    expect((await ask("GET /version", { node: 1 })).status).to.equal(200);
    expect((await ask("GET /nodes/pve-ms01-02/status")).status).to.equal(200);
  });
});
