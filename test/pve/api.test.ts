import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { expect } from "chai";
import { expireTickets } from "../../lab/api/access/tickets.ts";
import { readCluster } from "../../lab/cluster-file.ts";
import { type Credentials, giveRoot } from "../../lab/connection.ts";
import { Lab } from "../../lab/lab.ts";
import { shipped } from "../../lab/shipped.ts";
import { PveApi } from "../../providers/pve/api.ts";
import { connectionFrom } from "../../providers/pve/connection.ts";
import { isMissing, Refusal } from "../../providers/pve/refusal.ts";
import { finished } from "../../providers/pve/task.ts";

describe("the API door", () => {
  let lab: Lab;
  let root: Credentials;
  const open: PveApi[] = [];
  beforeEach(async () => {
    const cluster = readCluster(shipped("homelab"), { seed: 1 });
    root = giveRoot(cluster);
    lab = await Lab.start(cluster);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((api) => api.close()));
    await lab.close();
  });

  const byToken = () => ({ "pve:tokenId": "root@pam!lab", "pve:tokenSecret": root.secret });
  const byTicket = () => ({ "pve:username": "root@pam", "pve:password": root.password });
  function door(
    more: Readonly<Record<string, string>> = {},
    auth: Readonly<Record<string, string>> = byToken(),
  ): PveApi {
    const config: Readonly<Record<string, string>> = {
      "pve:endpoint": JSON.stringify(lab.nodes.map(({ api }) => api)),
      "pve:ca": lab.ca,
      ...auth,
      ...more,
    };
    const api = PveApi.to(connectionFrom((key) => config[key] || undefined, {}));
    open.push(api);
    return api;
  }
  const addRole = (api: PveApi, roleid: string) => api.call("POST /access/roles", { roleid, privs: "VM.Audit" });
  const roles = () => [...lab.cluster.access.roles.keys()];
  const failure = async (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => expect.fail("it did not fail"),
      (thrown) => thrown,
    );

  it("is typed by the endpoint, whatever PVE writes as text or number", async () => {
    const api = door();
    expect((await api.call("GET /version", {})).release).to.equal("9.2");
    await api.call("POST /access/users", { userid: "joe@pve", enable: false, expire: 2_000_000_000 });
    const users = await api.call("GET /access/users", { full: true });
    expect(users.find(({ userid }) => userid === "joe@pve")).to.include({ enable: false, expire: 2_000_000_000 });
  });

  it("works with a password as well, and logs in again when its ticket is no longer good", async () => {
    const api = door({}, byTicket());
    await addRole(api, "One");
    expireTickets(lab.cluster);
    await addRole(api, "Two");
    expect(roles()).to.include.members(["One", "Two"]);
    expect(lab.cluster.calls.get("POST /access/ticket")).to.equal(2);
  });

  for (const { what, config, words } of [
    {
      what: "a wrong secret",
      config: { "pve:tokenSecret": "00000000-0000-4000-8000-000000000000" },
      words: ["GET /version at https://127.", "PVE answered 401 Authentication failed", "pve:tokenSecret"],
    },
    {
      what: "a token that is not there",
      config: { "pve:tokenId": "root@pam!nobody" },
      words: ["PVE answered 401"],
    },
  ])
    it(`says of ${what} what PVE said and where to look, and never the secret`, async () => {
      const { message } = await failure(door(config).call("GET /version", {}));
      for (const part of words) expect(message).to.include(part);
      expect(message).to.not.include(root.secret).and.not.include("00000000-0000");
    });

  it("says of a wrong password that it is wrong, once, and does not hammer", async () => {
    const api = door({ "pve:password": "wrong-one" }, byTicket());
    const { message } = await failure(api.call("GET /version", {}));
    expect(message).to.include("401 authentication failure").and.not.include("wrong-one");
    expect(lab.cluster.calls.get("POST /access/ticket")).to.equal(1);
  });

  it("gives PVE's words for each parameter, and names the privilege that is missing", async () => {
    const api = door();
    const bad = await failure(api.call("POST /access/roles", { roleid: "no spaces", privs: "VM.Fly" }));
    expect(bad).to.be.instanceOf(Refusal);
    expect(bad.message)
      .to.include("POST /access/roles at https://")
      .and.include("PVE answered 400 Parameter verification failed")
      .and.include("roleid: invalid format - role name 'no spaces' contains invalid characters")
      .and.include("privs: invalid format - invalid privilege 'VM.Fly'");
    await api.call("POST /access/users", { userid: "joe@pve" });
    const { value } = await api.call("POST /access/users/{userid}/token/{tokenid}", {
      userid: "joe@pve",
      tokenid: "ci",
    });
    const joe = door({}, { "pve:tokenId": "joe@pve!ci", "pve:tokenSecret": value });
    const denied = await failure(joe.call("DELETE /access/roles/{roleid}", { roleid: "X" }));
    expect(denied.message).to.include("needs Sys.Modify on /access");
  });

  it("tells what is not there from what else may be wrong", async () => {
    const api = door();
    const gone = await failure(api.call("DELETE /access/users/{userid}", { userid: "nobody@pve" }));
    expect(isMissing(gone)).to.equal(true);
    lab.cluster.faults.calls({ status: 500, message: "disk full" });
    expect(isMissing(await failure(api.call("DELETE /access/users/{userid}", { userid: "nobody@pve" })))).to.equal(
      false,
    );
  });

  it("asks the next endpoint when one does not answer, and stays there", async () => {
    const api = door();
    lab.cluster.nodes[0]?.leave();
    await addRole(api, "One");
    await addRole(api, "Two");
    expect(roles()).to.include.members(["One", "Two"]);
  });

  it("turns from a node that was cut off from the others, for what it changes", async () => {
    lab.cluster.faults.calls({ node: "pve-ms01-01", verb: "POST", status: 500, message: "no quorum!" });
    const api = door();
    await addRole(api, "One");
    await addRole(api, "Two");
    expect(roles()).to.include.members(["One", "Two"]);
    expect(lab.cluster.calls.get("POST /access/roles")).to.equal(3);
  });

  it("says that there is no quorum where no node has it", async () => {
    lab.cluster.faults.calls({ verb: "POST", status: 500, message: "cfs-lock 'file-user_cfg' error: no quorum!" });
    expect((await failure(addRole(door(), "One"))).message).to.include("no quorum");
    expect(lab.cluster.calls.get("POST /access/roles")).to.equal(3);
  });

  it("logs in again after a login that failed for another reason than a wrong password", async () => {
    lab.cluster.faults.calls({ path: "/access/ticket", status: 503, message: "Service Unavailable", times: 1 });
    const api = door({}, byTicket());
    await failure(api.call("GET /version", {}));
    expect((await api.call("GET /version", {})).release).to.equal("9.2");
  });

  it("takes for new what it reads while a change is under way by no other than who asked", async () => {
    const api = door();
    lab.cluster.faults.calls({ verb: "POST", delay: 200, times: 1 });
    const before = performance.now();
    const adding = addRole(api, "Slow");
    await api.read("GET /access/roles", {});
    await adding;
    expect((await api.read("GET /access/roles", {}, before)).map(({ roleid }) => roleid)).to.include("Slow");
  });

  it("names every endpoint when none answers", async () => {
    const api = door();
    for (const node of lab.cluster.nodes) node.leave();
    const { message } = await failure(api.call("GET /version", {}));
    for (const { api: endpoint } of lab.nodes) expect(message).to.include(`${endpoint}: ECONNREFUSED`);
    expect(message).to.include("pve:endpoint");
  });

  for (const { drop, done } of [
    { drop: "before", done: false },
    { drop: "unanswered", done: true },
    { drop: "halfway", done: true },
  ] as const)
    it(`says that nobody knows whether a change was done when the connection is lost (${drop}), and never tries it again`, async () => {
      lab.cluster.faults.calls({ verb: "POST", drop, times: 1 });
      const { message } = await failure(addRole(door(), "Once"));
      expect(message).to.include("POST /access/roles at https://").and.include("before the answer came");
      expect(roles().includes("Once")).to.equal(done);
      expect(lab.cluster.calls.get("POST /access/roles")).to.equal(1);
    });

  it("reads again when the connection is lost while it reads", async () => {
    lab.cluster.faults.calls({ verb: "GET", drop: "halfway", times: 2 });
    expect((await door().call("GET /version", {})).release).to.equal("9.2");
    expect(lab.cluster.calls.get("GET /version")).to.equal(3);
  });

  for (const { fault, tries } of [
    { fault: { message: "cfs-lock 'file-user_cfg' error: got lock request timeout" }, tries: 2 },
    { fault: { message: "create role failed: something else" }, tries: 1 },
    { fault: { message: "zfs error: cannot destroy 'tank/vm-1': got timeout" }, tries: 1 },
    { fault: { message: "cfs-lock 'file-user_cfg' error: no quorum!" }, tries: 2 },
    { fault: { status: 595, message: "Connection refused" }, tries: 2 },
    { fault: { status: 596, message: "tls_process_server_certificate" }, tries: 1 },
  ])
    it(`tries a change ${tries === 2 ? "again" : "once"} after ${fault.status ?? 500} ${fault.message}`, async () => {
      lab.cluster.faults.calls({ verb: "POST", status: 500, ...fault, times: 1 });
      await addRole(door(), "Locked").catch(() => {});
      expect(lab.cluster.calls.get("POST /access/roles")).to.equal(tries);
    });

  describe("trusts a certificate", () => {
    const pins = () => JSON.stringify(lab.nodes.map(({ fingerprint }) => fingerprint));

    it("that is pinned, without any CA", async () => {
      const api = door({ "pve:ca": "", "pve:fingerprint": pins() });
      expect((await api.call("GET /version", {})).release).to.equal("9.2");
    });

    it("of the CA that replaces one of the same CA", async () => {
      await lab.changeCertificate("pve-ms01-01");
      expect((await door().call("GET /version", {})).release).to.equal("9.2");
    });

    for (const { what, more } of [
      { what: "that is not pinned any more", more: () => ({ "pve:ca": "", "pve:fingerprint": pins() }) },
      { what: "of a CA that is not ours", more: () => ({}) },
      { what: "of no CA that is known", more: () => ({ "pve:ca": "" }) },
    ])
      it(`but not one ${what}: it says which it saw and how to pin it, and sends nothing, not elsewhere either`, async () => {
        const config = more();
        await lab.changeCertificate("pve-ms01-01", "other CA");
        const { message } = await failure(door(config).call("GET /version", {}));
        expect(message)
          .to.include("its certificate is not trusted")
          .and.include(`pulumi config set pve:fingerprint ${lab.nodes[0]?.fingerprint}`);
        expect(lab.cluster.calls.size).to.equal(0);
      });

    it("but not one of a CA that this machine knows, where others are pinned and no CA is named", async () => {
      const known = getCACertificates();
      setDefaultCACertificates([...known, lab.ca]);
      try {
        await door({ "pve:ca": "" }).call("GET /version", {});
        const pinned = door({ "pve:ca": "", "pve:fingerprint": Array(32).fill("AB").join(":") });
        expect((await failure(pinned.call("GET /version", {}))).message).to.include("none of those that are pinned");
      } finally {
        setDefaultCACertificates(known);
      }
    });

    it("of any kind where it is told to be insecure", async () => {
      const api = door({ "pve:ca": "", "pve:insecure": "true" });
      expect((await api.call("GET /version", {})).release).to.equal("9.2");
    });
  });

  it("asks once for all who want to know the same, and again after a change or for who wants it newer", async () => {
    const api = door();
    await Promise.all(Array.from({ length: 50 }, () => api.read("GET /access/roles", {})));
    expect(lab.cluster.calls.get("GET /access/roles")).to.equal(1);
    await addRole(api, "New");
    expect((await api.read("GET /access/roles", {})).map(({ roleid }) => roleid)).to.include("New");
    await api.read("GET /access/roles", {}, performance.now());
    expect(lab.cluster.calls.get("GET /access/roles")).to.equal(3);
  });

  it("waits for a task and believes how it ended, with the end of its log", async () => {
    const { cluster } = lab;
    cluster.clock.run(20);
    const ok = cluster.tasks.begin({ node: "pve-ms01-02", type: "vzdump", id: "", holder: "root@pam" }, function* () {
      yield 3;
    });
    await finished(door(), ok, "backing up");
    const failed = cluster.tasks.begin(
      { node: "pve-ms01-02", type: "vzdump", id: "", holder: "root@pam" },
      function* (say) {
        say("INFO: starting");
        yield 3;
        throw new Error("403 Permission check failed (/vms/101, VM.Backup)");
      },
    );
    const { message } = await failure(finished(door(), failed, "backing up 101"));
    expect(message)
      .to.include("backing up 101: the task ended with: 403 Permission check failed (/vms/101, VM.Backup)")
      .and.include("pve-ms01-02")
      .and.include("  INFO: starting\n  TASK ERROR: 403");
  });
});
