import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import type { Connection } from "../../lab/connection.ts";
import { command } from "../../setup/engine/command.ts";

const root = join(import.meta.dirname, "../..");
const MAIN = join(root, "lab/main.ts");

describe("npm run lab", () => {
  const running: (() => Promise<unknown>)[] = [];
  afterEach(() => Promise.all(running.splice(0).map((end) => end())));

  /** Starts it as a program of its own, and reads its connection document. */
  async function start(...args: string[]) {
    const child = spawn(process.execPath, [MAIN, "--json", ...args], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "exit");
    const end = async (signal: NodeJS.Signals = "SIGTERM") => {
      child.kill(signal);
      return (await ended)[0];
    };
    running.push(() => end());
    let printed = "";
    for await (const chunk of child.stdout.setEncoding("utf8")) {
      printed += chunk;
      if (printed.includes("\n")) break;
    }
    const connection: Connection = JSON.parse(printed.split("\n")[0] ?? "");
    return { connection, end };
  }
  const curl = ({ caFile, token }: Connection, url: string) =>
    command("curl", [
      ...["--silent", "--show-error", "--cacert", caFile],
      ...["--header", `Authorization: PVEAPIToken=${token.id}=${token.secret}`, url],
    ]);

  it("tells in one line how to reach it, and what it tells works", async () => {
    const { connection } = await start();
    expect(connection.pve).to.match(/^9\.2/);
    expect(connection.nodes.map(({ name }) => name)).to.deep.equal(["pve-ms01-01", "pve-ms01-02", "pve-aimax-01"]);
    expect(connection.root.username).to.equal("root@pam");
    for (const { api, fingerprint } of connection.nodes) {
      expect(api).to.match(/^https:\/\/127\.[\d.]+:\d+$/);
      expect(fingerprint).to.match(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
      const { code, stdout, stderr } = await curl(connection, `${api}/api2/json/version`);
      expect(code, stderr).to.equal(0);
      expect(JSON.parse(stdout).data.release).to.equal("9.2");
    }
  });

  it("writes a stack config that is ready to use, which only its owner can read, and takes it away at the end", async () => {
    const { connection, end } = await start("--cluster", "single");
    const { config } = parse(readFileSync(connection.stack, "utf8"));
    expect(config).to.deep.include({
      "pve:endpoint": connection.nodes.map(({ api }) => api),
      "pve:tokenId": "root@pam!lab",
      "pve:tokenSecret": connection.token.secret,
      "pve:ca": connection.caFile,
    });
    expect(statSync(dirname(connection.stack)).mode & 0o077).to.equal(0);
    expect(await end("SIGINT")).to.equal(0);
    expect(existsSync(dirname(connection.stack))).to.equal(false);
  });

  it("runs the release, the number of nodes and the seed that it is told", async () => {
    const told = await start("--cluster", "single", "--pve", "8", "--nodes", "4", "--seed", "5");
    const same = await start("--cluster", "single", "--seed", "5");
    expect(told.connection.pve).to.match(/^8\.4/);
    expect(told.connection.nodes).to.have.length(4);
    expect(told.connection.token.secret).to.equal(same.connection.token.secret);
    expect(told.connection.nodes[0]?.api).to.not.equal(same.connection.nodes[0]?.api);
  });

  it("misbehaves as its admin endpoint is told, and tells its state", async () => {
    const { connection } = await start("--cluster", "single");
    const admin = async (call: string, body?: object) => {
      const [method = "", path = ""] = call.split(" ");
      const answer = await fetch(`${connection.admin}${path}`, {
        method,
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return { status: answer.status, said: Object(await answer.json()) };
    };
    const version = `${connection.nodes[0]?.api}/api2/json/version`;
    await curl(connection, version);
    await curl(connection, version);
    expect((await admin("GET /calls")).said).to.deep.equal({ "GET /version": 2 });
    await admin("DELETE /calls");
    expect((await admin("GET /calls")).said).to.deep.equal({});
    const state = (await admin("GET /state")).said;
    expect(Object.keys(state)).to.include("user.cfg");
    await admin("POST /faults/calls", { path: "/version", status: 599, message: "tired", times: 1 });
    expect((await curl(connection, `${version}?_dc=1`)).stdout).to.equal("");
    expect(JSON.parse((await curl(connection, version)).stdout).data).to.include({ release: "9.2" });
    expect((await admin("POST /clock", { stop: true })).said.speed).to.equal(0);
    const before = (await admin("GET /clock")).said.now;
    expect((await admin("POST /clock", { step: 100 })).said.now).to.equal(before + 100);
    const changed = await admin("POST /nodes/demo-felhom/certificate", {});
    expect(changed.said.fingerprint).to.not.equal(connection.nodes[0]?.fingerprint);
    await admin("POST /nodes/demo-felhom/leave");
    expect((await curl(connection, version)).code).to.equal(7);
    expect((await admin("POST /state/differences", state)).said).to.deep.equal(["- who is there: demo-felhom"]);
    await admin("POST /nodes/demo-felhom/come-back");
    expect((await curl(connection, version)).code).to.equal(0);
    expect((await admin("POST /tickets/expire")).status).to.equal(200);
    const [fault] = (await admin("GET /faults")).said.calls;
    expect(fault).to.include({ path: "/version", times: 1 });
    expect((await admin("DELETE /faults")).status).to.equal(200);
    expect((await admin("POST /faults/calls", { node: "nobody", status: 500 })).status).to.equal(404);
    expect((await admin("POST /faults/calls", { path: "/verson", status: 500 })).status).to.equal(400);
    expect(await admin("POST /clock", { stop: false })).to.deep.include({ status: 400 });
    expect(await admin("POST /nodes/nobody/leave")).to.deep.equal({
      status: 404,
      said: { error: "the lab has no node 'nobody'" },
    });
    expect((await admin("GET /nonsense")).said.error).to.include("POST /clock");
  });

  it("has hosts that its document tells how to reach, and that can be changed by hand", async () => {
    const { connection, end } = await start("--cluster", "single");
    const { name = "", ssh } = connection.nodes[0] ?? {};
    if (!ssh) throw new Error("a node has a host");
    expect(statSync(ssh.privateKeyFile).mode & 0o777).to.equal(0o600);
    const { config } = parse(readFileSync(connection.stack, "utf8"));
    expect(config["pve:ssh"]).to.deep.equal({ user: "root", privateKeyFile: ssh.privateKeyFile });
    const port = ssh.port === 22 ? {} : { ssh: { port: ssh.port } };
    expect(config["pve:nodes"][name]).to.deep.equal({ address: ssh.host, hostKey: ssh.hostKey, ...port });
    const known = join(dirname(connection.stack), "known");
    const said = await command("ssh", [
      ...["-F", "/dev/null", "-i", ssh.privateKeyFile, "-p", String(ssh.port)],
      ...["-oBatchMode=yes", "-oStrictHostKeyChecking=accept-new", `-oUserKnownHostsFile=${known}`],
      ...[`${ssh.user}@${ssh.host}`, "hostname"],
    ]);
    expect(said).to.include({ stdout: `${name}\n`, code: 0 });
    expect((await command("ssh-keygen", ["-lf", known])).stdout).to.include(ssh.hostKey);
    const admin = async (method: string, path: string, body?: object) =>
      Object(
        await (
          await fetch(`${connection.admin}/${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) })
        ).json(),
      );
    const before = await admin("GET", "state");
    expect(await admin("POST", `nodes/${name}/run`, { command: "cat; exit 3", input: "in" })).to.deep.equal({
      stdout: "in",
      stderr: "",
      code: 3,
    });
    await admin("PUT", `nodes/${name}/file`, { path: "/etc/motd", text: "é\n" });
    expect(await admin("GET", `nodes/${name}/file?path=/etc/motd`)).to.deep.equal({ text: "é\n" });
    expect(await admin("POST", "state/differences", before)).to.deep.equal([
      `+ hosts/${name}/etc/motd: é`,
      `+ hosts/${name}/etc/motd: `,
    ]);
    await admin("POST", `nodes/${name}/leave`);
    expect((await admin("POST", `nodes/${name}/run`, { command: "true" })).error).to.include(`${name} is not up`);
    expect((await admin("GET", `nodes/${name}/file?path=/nope`)).error).to.include("no such file");
    await admin("PUT", `nodes/${name}/file`, { path: "/etc/motd", text: "mended\n" });
    expect(await admin("GET", `nodes/${name}/file?path=/etc/motd`)).to.deep.equal({ text: "mended\n" });
    expect(await admin("POST", `nodes/${name}/come-back`)).to.deep.equal({ online: true });
    expect((await admin("POST", `nodes/${name}/run`, { command: "cat /etc/motd" })).stdout).to.equal("mended\n");
    await admin("POST", "faults/ssh", { at: "connect", node: name });
    expect((await admin("GET", "faults")).ssh).to.have.length(1);
    expect(await end()).to.equal(0);
    expect(existsSync(ssh.privateKeyFile)).to.equal(false);
  });

  for (const { args, words } of [
    { args: ["--pve", "7"], words: "--pve is 8 or 9, not '7'" },
    { args: ["--nodes", "none"], words: "--nodes is a whole number from 1 to 100, not 'none'" },
    { args: ["--cluster", "nowhere.yaml"], words: "there is no cluster file 'nowhere.yaml'" },
    { args: ["--colour"], words: "--colour" },
  ])
    it(`with ${args.join(" ")} says what is wrong and how it is called`, async () => {
      const { code, stdout, stderr } = await command(process.execPath, [MAIN, ...args]);
      expect([code, stdout]).to.deep.equal([2, ""]);
      expect(stderr).to.include(words).and.to.include("usage: npm run lab");
    });

  it("says of a cluster file what is wrong in it, and nothing else", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pve-ops-cluster-"));
    try {
      const file = join(folder, "wrong.yaml");
      writeFileSync(file, "name: x\nrelease: 9.3\nnodes: [{ name: pve_1 }]\n");
      const { code, stderr } = await command(process.execPath, [MAIN, "--cluster", file]);
      expect(stderr).to.include("a release here is 8.4 or 9.2").and.include("nodes[0].name").and.not.include("    at ");
      expect(code).to.equal(2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("leaves nothing behind when it is ended as soon as it is there", async () => {
    for (let n = 0; n < 3; n += 1) {
      const child = spawn(process.execPath, [MAIN, "--json", "--cluster", "single"], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = once(child, "exit");
      let printed = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        printed += chunk;
        if (printed.endsWith("\n")) child.kill("SIGTERM");
      });
      expect((await ended)[0]).to.equal(0);
      expect(existsSync(dirname(JSON.parse(printed).stack))).to.equal(false);
    }
  });

  for (const { what, program, args, signal } of [
    {
      what: "a shell",
      signal: "SIGKILL",
      program: "sh",
      args: ["-c", `"${process.execPath}" "${MAIN}" --json --cluster single & wait`],
    },
    {
      what: "npm",
      signal: "SIGTERM",
      program: "npm",
      args: ["run", "--silent", "lab", "--", "--json", "--cluster", "single"],
    },
  ] as const)
    it(`ends when ${what} that started it was killed`, async () => {
      // Were it to stay, it would keep our own output open.
      const starter = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
      let printed = "";
      for await (const chunk of starter.stdout.setEncoding("utf8")) {
        printed += chunk;
        if (printed.includes("\n")) break;
      }
      const connection: Connection = JSON.parse(printed.split("\n")[0] ?? "");
      starter.kill(signal);
      while (existsSync(dirname(connection.stack))) await new Promise((done) => setTimeout(done, 100));
    });
});
