import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster.ts";
import { differences, stateOf } from "../../../lab/state.ts";
import { type LabClient, stillHomelab } from "../../support/lab-client.ts";

/** Friday, 2027-01-15 08:00:00 UTC. */
const NOW = 1_800_000_000;

interface Refusal {
  readonly call: string;
  readonly params?: object;
  readonly status?: number;
  readonly message?: string;
  readonly errors?: object;
}

/** Under the lock of the file PVE knows one status. */
const under = (message: string) => ({ status: 500, message });
const wrong = (words: string) => under(`400 Parameter verification failed.\n${words}`);

function refusals(release: "8.4" | "9.2"): Refusal[] {
  const [post, put] = ["POST /cluster/backup", "PUT /cluster/backup/old"];
  const perl = (line: number) =>
    under(
      `Can't use string ("") as a HASH ref while "strict refs" in use at /usr/share/perl5/PVE/API2/Backup.pm line ${line}.`,
    );
  return [
    { call: "GET /cluster/backup/none", errors: { id: "No such job 'none'" } },
    { call: "GET /cluster/backup/none/included_volumes", errors: { id: "No such job 'none'" } },
    { call: "DELETE /cluster/backup/none", ...wrong("id: No such job 'none'") },
    { call: "PUT /cluster/backup/none", params: { comment: "x" }, ...under("no such vzdump job") },
    { call: put, ...under("no options specified") },
    { call: put, params: { delete: "" }, ...perl(release === "8.4" ? 43 : 44) },
    { call: put, params: { delete: "schedule" }, ...wrong("delete: unknown option 'schedule'") },
    { call: put, params: { delete: "enabled" }, ...wrong("delete: unknown option 'enabled'") },
    { call: put, params: { delete: "comment,nonsense" }, ...wrong("delete: unknown option 'nonsense'") },
    { call: put, params: { delete: "all" }, ...wrong("vmid: property is missing") },
    { call: put, params: { comment: "a\nb" }, ...under("property contains a line feed") },
    { call: post, params: { all: 1 }, errors: { schedule: "neither 'starttime' nor 'schedule' were set" } },
    {
      call: post,
      params: { all: 1, schedule: "daily", starttime: "1:00" },
      errors: { starttime: "'starttime' and 'schedule' cannot both be set" },
    },
    {
      call: post,
      params: { all: 1, schedule: "daily", dow: "mon" },
      errors: { starttime: "missing property required by 'dow'" },
    },
    {
      call: post,
      params: { all: 1, schedule: "Daily" },
      errors: {
        schedule:
          "invalid format - invalid calendar event 'Daily' - " +
          "unable to parse calendar event at 'Daily' - Context(\"weekday\")\n\n",
      },
    },
    { call: post, params: { schedule: "daily" }, ...wrong("vmid: property is missing") },
    {
      call: post,
      params: { schedule: "daily", all: 1, vmid: "101" },
      ...wrong("all: option conflicts with option 'vmid'"),
    },
    {
      call: post,
      params: { schedule: "daily", exclude: "102", vmid: "101" },
      ...wrong("exclude: option conflicts with option 'vmid'"),
    },
    {
      call: post,
      params: { schedule: "daily", pool: "general", vmid: "101" },
      ...wrong("pool: option conflicts with option 'vmid'"),
    },
    {
      call: post,
      params: { schedule: "daily", all: 1, pool: "none" },
      status: 403,
      message: "Permission check failed (pool 'none' does not exist)",
    },
    { call: post, params: { id: "old", schedule: "daily", all: 1 }, ...under("Job 'old' already exists") },
    { call: post, params: { schedule: "daily", all: 1, comment: "a\nb" }, ...under("property contains a line feed") },
    {
      call: post,
      params: { schedule: "daily", all: 1, protected: 1 },
      errors: { storage: "missing property required by 'protected'" },
    },
    {
      call: post,
      params: { schedule: "daily", all: 1, "prune-backups": "keep-all=1,keep-last=1" },
      errors: { "prune-backups": "invalid format - keep-all cannot be set together with other options.\n" },
    },
    {
      call: post,
      params: { schedule: "daily", all: 1, fleecing: "1" },
      errors: { fleecing: "invalid format - 'storage' parameter is required when 'enabled' is set\n" },
    },
    {
      call: post,
      params: { schedule: "daily", all: 1, storage: "backups", "notes-template": "{{vmid}} {{nonsense}} \\x" },
      ...wrong("notes-template: found unknown: escape sequence '\\x' at char 22, variable 'nonsense' at char 13\n"),
    },
    {
      call: post,
      params: { schedule: "daily", all: 1, storage: "backups", "notes-template": "a\nb" },
      ...wrong("notes-template: contains a line feed\n"),
    },
  ];
}

describe("backup jobs", () => {
  let cluster: Cluster;
  let client: LabClient;
  const open = async (release: "8.4" | "9.2" = "9.2") => {
    ({ cluster, client } = await stillHomelab(release));
  };
  afterEach(() => client.close());

  /** Headers of a user who holds what `rights` says, by path. */
  const having = async (rights: Readonly<Record<string, string>>) => {
    await client.told("POST /access/users", { userid: "eve@pve", password: "eve-eve-eve" });
    for (const [n, [path, privs]] of Object.entries(rights).entries()) {
      await client.told("POST /access/roles", { roleid: `R${n}`, privs });
      await client.told("PUT /access/acl", { path, roles: `R${n}`, users: "eve@pve" });
    }
    return client.as("eve@pve", "eve-eve-eve");
  };

  for (const release of ["8.4", "9.2"] as const) {
    describe(`on ${release}`, () => {
      beforeEach(() => open(release));

      it("are made, told, changed and taken back, and all is as before", async () => {
        const before = stateOf(cluster);
        const made = {
          id: "nightly",
          schedule: "mon..fri 02:30",
          storage: "backups",
          vmid: "111,112",
          mode: "snapshot",
          comment: "für alle: nachts",
          "prune-backups": "keep-weekly=4,keep-last=3",
          fleecing: "enabled=on,storage=local-zfs",
          performance: "max-workers=4",
          "notes-template": "{{guestname}}",
          "exclude-path": ["/tmp/?*", "/var/cache"],
          bwlimit: 1000,
          "repeat-missed": 1,
        };
        expect(await client.told("POST /cluster/backup", made)).to.equal(null);
        expect(stateOf(cluster)["jobs.cfg"]).to.equal(
          [
            "vzdump: nightly",
            "\tcomment f%C3%BCr alle%3A nachts",
            "\tschedule mon..fri 02:30",
            "\tbwlimit 1000",
            "\tenabled 1",
            "\texclude-path /tmp/?*",
            "\texclude-path /var/cache",
            "\tfleecing 1,storage=local-zfs",
            "\tmode snapshot",
            "\tnotes-template {{guestname}}",
            "\tperformance max-workers=4",
            "\tprune-backups keep-last=3,keep-weekly=4",
            "\trepeat-missed 1",
            "\tstorage backups",
            "\tvmid 111,112",
            "",
            "",
          ].join("\n"),
        );
        const told = {
          ...made,
          type: "vzdump",
          enabled: 1,
          "repeat-missed": 1,
          "prune-backups": { "keep-last": "3", "keep-weekly": "4" },
          fleecing: { enabled: 1, storage: "local-zfs" },
          performance: { "max-workers": "4" },
        };
        expect(await client.told("GET /cluster/backup/nightly")).to.deep.equal(told);
        const due = NOW + (2 * 24 + 18) * 3600 + 1800; // Monday, half past two
        expect(await client.told("GET /cluster/backup")).to.deep.equal([{ ...told, "next-run": due }]);
        await client.told("PUT /cluster/backup/nightly", {
          enabled: 0,
          comment: "",
          delete: "exclude-path,fleecing,performance,notes-template,repeat-missed,bwlimit",
        });
        expect(await client.told("GET /cluster/backup/nightly")).to.deep.equal({
          id: "nightly",
          type: "vzdump",
          schedule: "mon..fri 02:30",
          storage: "backups",
          vmid: "111,112",
          mode: "snapshot",
          enabled: 0,
          "prune-backups": { "keep-last": "3", "keep-weekly": "4" },
        });
        expect(await client.told("DELETE /cluster/backup/nightly")).to.equal(null);
        expect(differences(before, stateOf(cluster))).to.deep.equal([]);
      });

      it("have an id of their own where none is given", async () => {
        await client.told("POST /cluster/backup", { schedule: "daily", all: 1 });
        const [{ id }] = Object(await client.told("GET /cluster/backup"));
        expect(id).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        expect(await client.told(`GET /cluster/backup/${id}`)).to.include({ id, all: 1, enabled: 1 });
      });

      it("stand in the order in which they were made, and a change keeps their place", async () => {
        for (const id of ["zz", "aa", "mm"])
          await client.told("POST /cluster/backup", { id, schedule: "daily", all: 1 });
        await client.told("PUT /cluster/backup/zz", { comment: "changed" });
        const ids = Object(await client.told("GET /cluster/backup")).map(({ id }: { id: string }) => id);
        expect(ids).to.deep.equal(["zz", "aa", "mm"]);
      });

      it("turn the hour and days of older clients into a schedule", async () => {
        const schedules: string[] = [];
        for (const given of [
          { starttime: "2:30" },
          { starttime: "02:30", dow: "sat;sun" },
          { starttime: "02:30", dow: "mon,tue,wed,thu,fri,sat,sun" },
          { starttime: "02:30", dow: ["mon", "fri"] },
        ]) {
          await client.told("POST /cluster/backup", { id: "old", all: 1, ...given });
          schedules.push(Object(await client.told("GET /cluster/backup/old")).schedule);
          await client.told("DELETE /cluster/backup/old");
        }
        expect(schedules).to.deep.equal(["2:30", "sat,sun 02:30", "02:30", "mon,fri 02:30"]);
        await client.told("POST /cluster/backup", { id: "old", all: 1, schedule: "daily" });
        await client.told("PUT /cluster/backup/old", { starttime: "04:00", dow: "sat" });
        expect(await client.told("GET /cluster/backup/old")).to.include({ schedule: "sat 04:00" });
      });

      it("are gone where an older client's hour is none", async () => {
        await client.told("POST /cluster/backup", { id: "old", all: 1, starttime: "99:99" });
        expect(await client.told("GET /cluster/backup")).to.deep.equal([]);
      });

      it("take one path to leave out as a list of one", async () => {
        await client.told("POST /cluster/backup", { id: "one", schedule: "daily", all: 1, "exclude-path": "/tmp" });
        expect(Object(await client.told("GET /cluster/backup/one"))["exclude-path"]).to.deep.equal(["/tmp"]);
      });

      it("say at what node's time they run", async () => {
        await client.told("PUT /nodes/pve-ms01-01/time", { timezone: "America/New_York" });
        await client.told("POST /cluster/backup", { id: "aa", schedule: "09:00", all: 1 });
        await client.told("POST /cluster/backup", { id: "bb", schedule: "09:00 UTC", all: 1 });
        await client.told("POST /cluster/backup", { id: "never", schedule: "2020-01-01", all: 1 });
        const runs = Object(await client.told("GET /cluster/backup")).map((job: object) => Object(job)["next-run"]);
        expect(runs).to.deep.equal([NOW + 6 * 3600, NOW + 3600, undefined]);
      });

      for (const { job, change, left } of [
        { job: { all: 1, exclude: "101" }, change: { vmid: "102" }, left: { vmid: "102" } },
        { job: { vmid: "102" }, change: { all: 1 }, left: { all: 1 } },
        { job: { vmid: "102" }, change: { exclude: "101" }, left: { all: 1, exclude: "101" } },
        { job: { vmid: "102" }, change: { pool: "general" }, left: { pool: "general" } },
        { job: { all: 1, exclude: "101" }, change: { pool: "general" }, left: { pool: "general" } },
        { job: { pool: "general" }, change: { vmid: "101" }, left: { vmid: "101" } },
        { job: { pool: "general" }, change: { all: 1, exclude: "101" }, left: { all: 1, exclude: "101" } },
        {
          job: { vmid: "102", mode: "stop" },
          change: { mode: "suspend", delete: "mode" },
          left: { vmid: "102", mode: "suspend" },
        },
        { job: { exclude: "101" }, change: { comment: "x" }, left: { all: 1, exclude: "101", comment: "x" } },
      ])
        it(`for ${JSON.stringify(job)}, changed to ${JSON.stringify(change)}, are for ${JSON.stringify(left)}`, async () => {
          await client.told("POST /cluster/backup", { id: "j1", schedule: "daily", ...job });
          await client.told("PUT /cluster/backup/j1", change);
          const { id, type, enabled, schedule, ...others } = Object(await client.told("GET /cluster/backup/j1"));
          expect(others).to.deep.equal(left);
        });

      for (const { call, params = {}, status = 400, message = "Parameter verification failed.", errors } of refusals(
        release,
      ))
        it(`${call} ${JSON.stringify(params)} is refused with «${errors ? JSON.stringify(errors) : message.trim().replaceAll("\n", " ")}»`, async () => {
          await client.told("POST /cluster/backup", { id: "old", schedule: "daily", all: 1 });
          const before = stateOf(cluster);
          const answer = await client.ask(call, params);
          const said = release === "9.2" ? { message: `${message}\n` } : {};
          expect([answer.status, answer.reason]).to.deep.equal([status, message.split("\n")[0]]);
          expect(answer.body).to.deep.equal({ data: null, ...said, ...(errors ? { errors } : {}) });
          expect(differences(before, stateOf(cluster))).to.deep.equal([]);
        });
    });
  }

  it("of 8 take a number of files for what to keep; to 9 it means nothing, and it keeps it", async () => {
    await open("8.4");
    await client.told("POST /cluster/backup", { id: "old", schedule: "daily", all: 1, maxfiles: 3 });
    expect(cluster.jobs.get("old")?.get("prune-backups")).to.deep.equal(["keep-last=3"]);
    await client.told("PUT /cluster/backup/old", { maxfiles: 5 });
    const told = Object(await client.told("GET /cluster/backup/old"));
    expect([told.maxfiles, told["prune-backups"]]).to.deep.equal([undefined, { "keep-last": "5" }]);
    const both = await client.ask("PUT /cluster/backup/old", { maxfiles: 5, "prune-backups": "keep-all=1" });
    expect([both.status, both.reason]).to.deep.equal([500, "400 Parameter verification failed."]);
    client.close();
    await open("9.2");
    await client.told("POST /cluster/backup", { id: "new", schedule: "daily", all: 1, maxfiles: 3 });
    expect(await client.told("GET /cluster/backup/new"))
      .to.include({ maxfiles: 3 })
      .and.not.have.property("prune-backups");
  });

  it("tell on 9 nothing of what 8 alone knows", async () => {
    await open();
    const [first] = cluster.nodes;
    if (first) first.release = "8.4";
    await client.told("POST /cluster/backup", { id: "old", schedule: "daily", all: 1, "notification-target": "mail" });
    expect(await client.told("GET /cluster/backup/old")).to.include({ "notification-target": "mail" });
    if (first) first.release = "9.2";
    expect(await client.told("GET /cluster/backup/old")).to.not.have.property("notification-target");
  });

  describe("asked for by one who may not", () => {
    const everything = { "/": "Sys.Modify,Sys.Audit", "/storage/backups": "Datastore.Allocate" };
    const refused = (what: string) => `Permission check failed (${what})`;
    for (const { may, call = "POST /cluster/backup", params = {}, words, status = 403 } of [
      { may: {}, call: "GET /cluster/backup", words: refused("/, Sys.Audit") },
      { may: {}, call: "GET /cluster/backup/old/included_volumes", words: refused("/, Sys.Audit") },
      { may: {}, call: "GET /cluster/backup-info/not-backed-up", words: refused("/, Sys.Audit") },
      { may: {}, call: "GET /cluster/backup-info", words: refused("user != root@pam") },
      { may: { "/": "Sys.Audit" }, words: refused("/, Sys.Modify") },
      { may: { "/": "Sys.Modify" }, params: { all: 1 }, words: refused("/storage/local, Datastore.Allocate") },
      {
        may: { "/": "Sys.Modify" },
        params: { storage: "nfs-weekly" },
        words: refused("/storage/nfs-weekly, Datastore.Allocate"),
      },
      { may: everything, params: { storage: "backups", pool: "general" }, words: refused("/pool/general, VM.Backup") },
      { may: everything, params: { storage: "backups", pool: "none" }, words: refused("pool 'none' does not exist") },
      {
        may: everything,
        params: { storage: "backups", fleecing: "1,storage=local-zfs" },
        words: refused("/storage/local-zfs, Datastore.AllocateSpace"),
      },
      { may: everything, params: { script: "/x" }, status: 400, words: "Parameter verification failed." },
      { may: everything, params: { tmpdir: "/x" }, status: 400, words: "Parameter verification failed." },
      { may: everything, params: { dumpdir: "/x" }, status: 400, words: "Parameter verification failed." },
      {
        may: everything,
        call: "PUT /cluster/backup/old",
        params: { delete: "script" },
        status: 400,
        words: "Parameter verification failed.",
      },
      {
        may: everything,
        call: "PUT /cluster/backup/old",
        params: { delete: "storage" },
        words: refused("/storage/local, Datastore.Allocate"),
      },
      {
        may: everything,
        call: "PUT /cluster/backup/old",
        params: { storage: "vm-data" },
        words: refused("/storage/vm-data, Datastore.Allocate"),
      },
      {
        may: { "/": "Sys.Modify" },
        call: "PUT /cluster/backup/old",
        params: { comment: "x" },
        status: 500,
        words: "403 Permission check failed (/storage/backups, Datastore.Allocate)",
      },
      {
        may: everything,
        call: "PUT /cluster/backup/roots",
        params: { comment: "x" },
        status: 500,
        words: "only root@pam may edit jobs with a 'dumpdir' option. at /usr/share/perl5/PVE/API2/Backup.pm line 85.",
      },
      { may: { "/": "Sys.Audit" }, call: "DELETE /cluster/backup/old", words: refused("/, Sys.Modify") },
    ])
      it(`${call} ${JSON.stringify(params)} with ${JSON.stringify(may)} is refused with «${words}»`, async () => {
        await open();
        const root = await client.as("root@pam", "secret-secret");
        await client.told("POST /cluster/backup", { id: "old", schedule: "daily", all: 1, storage: "backups" });
        await client.told("POST /cluster/backup", { id: "roots", schedule: "daily", all: 1, dumpdir: "/x" }, root);
        const eve = await having(may);
        const job = call.startsWith("POST") ? { schedule: "daily", ...params } : params;
        const answer = await client.ask(call, job, eve);
        expect([answer.status, answer.reason]).to.deep.equal([status, words]);
        if (status === 400)
          expect(Object.values(answer.body.errors ?? {})).to.deep.equal(["Only root may set this option."]);
      });

    it("is done for whoever has what it takes, and root's token is not root", async () => {
      await open();
      const eve = await having({
        ...everything,
        "/pool/general": "VM.Backup",
        "/storage/local-zfs": "Datastore.AllocateSpace",
      });
      const job = {
        id: "eves",
        schedule: "daily",
        storage: "backups",
        pool: "general",
        fleecing: "1,storage=local-zfs",
        bwlimit: 5,
      };
      await client.told("POST /cluster/backup", job, eve);
      await client.told("PUT /cluster/backup/eves", { comment: "x", delete: "fleecing" }, eve);
      await client.told("DELETE /cluster/backup/eves", {}, eve);
      const byToken = await client.ask("POST /cluster/backup", { schedule: "daily", all: 1, script: "/x" });
      expect(byToken.body.errors).to.deep.equal({ script: "Only root may set this option." });
    });
  });

  it("are not changed without a quorum", async () => {
    await open();
    for (const node of cluster.nodes.slice(1)) node.leave();
    const answer = await client.ask("POST /cluster/backup", { schedule: "daily", all: 1 });
    expect([answer.status, answer.body.message]).to.deep.equal([500, "cluster not ready - no quorum?\n"]);
    await client.told("PUT /nodes/pve-ms01-01/time", { timezone: "Europe/Vienna" });
  });
});
