import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { needsHosts, TrialHosts } from "../../support/trial-hosts.ts";

const support = join(import.meta.dirname, "../../support");

/** The processes of this machine that are in a user namespace, or have words of a folder in their command line. */
const processesOf = (namespace: string, folder: string): string[] =>
  readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      const isInside = readlinkSync(`/proc/${pid}/ns/user`) === namespace;
      return isInside || readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder);
    } catch {
      return false;
    }
  });

const mounts = (folder: string): string[] =>
  readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => line.includes(folder));

describe("what a lab's hosts leave behind", () => {
  before(async function () {
    await needsHosts(this);
  });

  it("is nothing when the lab is closed: no process, no mount, no open file, and the machine is free to be removed", async () => {
    const open = () => readdirSync("/proc/self/fd").length;
    const before = open();
    const lab = await TrialHosts.start(["one", "two"]);
    const namespace = await lab.says("one", "readlink /proc/self/ns/user");
    expect(processesOf(namespace, lab.folder)).not.to.have.length(0);
    expect(mounts(lab.folder)).to.have.length(0);
    await lab.close();
    expect(processesOf(namespace, lab.folder)).to.have.length(0);
    expect(existsSync(lab.folder)).to.equal(false);
    expect(open()).to.be.at.most(before);
  });

  for (const signal of ["SIGKILL", "SIGTERM"] as const)
    it(`is no process and no mount when the lab ends by ${signal}`, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const address = server.address();
      const port = typeof address === "object" ? String(address?.port) : "";
      const connected: Promise<Socket[]> = once(server, "connection");
      const lab = spawn(process.execPath, [join(support, "lab-to-kill.ts"), port], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [said] = await once(lab.stdout, "data");
      const [namespace = "", folder = ""] = String(said).trim().split(" ");
      expect(processesOf(namespace, folder)).not.to.have.length(0);
      const [socket] = await connected;
      socket?.on("error", () => undefined);
      const gone = socket && once(socket.resume(), "close");
      lab.kill(signal);
      // What the host's session held open is let go when it has ended.
      await gone;
      while (processesOf(namespace, folder).length > 0) await new Promise((done) => setTimeout(done, 5));
      expect(mounts(folder)).to.have.length(0);
      rmSync(folder, { recursive: true });
      server.close();
    });

  it("is nothing of a host that could not boot, and the lab says why", async () => {
    const lab = await TrialHosts.start(["one"]);
    const host = lab.host("one");
    await lab.processes.powerOff(host);
    rmSync(join(host.tree, "usr"), { recursive: true });
    rmSync(host.tree, { recursive: true });
    const failure = await lab.processes.boot(host).then(() => "", String);
    expect(failure).to.include("one does not come up: ");
    expect(() => lab.processes.start(host, "shell")).to.throw("one is not up");
    mkdirSync(host.tree);
    await lab.processes.boot(host);
    expect(await lab.says("one", "echo up")).to.equal("up");
    await lab.close();
  });
});
