import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import type { Command } from "../../../lab/host/command.ts";
import { besideTree } from "../../../lab/host/processes.ts";
import { needsHosts, TrialHosts } from "../../support/trial-hosts.ts";

const commands: Record<string, Command> = {
  "/usr/sbin/say": ({ host, path, argv, cwd }) => ({ stdout: JSON.stringify([host.node.name, path, argv, cwd]) }),
  "/usr/bin/fail": () => ({ stdout: "'so far'\n\n", stderr: "it's $broken\n", code: 42 }),
  "/usr/bin/long": () => ({ stdout: "0123456789abcdef".repeat(65_536) }),
  "/usr/bin/throw": () => Promise.reject(new Error("not thought of")),
  "/usr/bin/hold": () => new Promise(() => undefined),
};

describe("a host's commands that the lab answers", () => {
  let lab: TrialHosts;
  before(async function () {
    await needsHosts(this);
    lab = await TrialHosts.start(["one", "two"], { commands });
  });
  after(async () => await lab?.close());

  const run = (command: string, name = "one") => lab.run(name, { command });

  it("are told who calls them, by what and from where", async () => {
    expect((await run("cd /etc && say hello")).stdout).to.equal('["one","/usr/sbin/say",["hello"],"/etc"]');
    expect((await run("/sbin/say", "two")).stdout).to.equal('["two","/usr/sbin/say",[],"/root"]');
  });

  it("get their arguments as they are, whatever is in them", async () => {
    const odd = ["", " a  b ", "'\"$(reboot)`\\", "two\nlines\n", "ü", "-n", "--", "*", "a".repeat(100_000)];
    const { stdout } = await lab.run("one", ["/usr/sbin/say", ...odd]);
    expect(JSON.parse(stdout)[2]).to.deep.equal(odd);
  });

  it("answer on both outputs, and with their code", async () => {
    expect(await run("fail")).to.deep.equal({ stdout: "'so far'\n\n", stderr: "it's $broken\n", code: 42 });
  });

  it("answer at length", async () => {
    expect((await run("long | wc -c")).stdout).to.equal("1048576\n");
    expect((await run("long | head -c 3")).stdout).to.equal("012");
  });

  it("work with an empty environment, and from Python", async () => {
    expect((await run("env -i /usr/sbin/say 1")).stdout).to.equal('["one","/usr/sbin/say",["1"],"/root"]');
    const python =
      "import subprocess; print(subprocess.run(['/usr/sbin/say', 'x y'], close_fds=True, env={}, cwd='/etc', capture_output=True))";
    expect((await lab.run("one", ["/usr/bin/python3", "-c", python])).stdout).to.include(
      `stdout=b'["one","/usr/sbin/say",["x y"],"/etc"]'`,
    );
  });

  it("are not led astray by what the caller's environment tells a shell", async () => {
    const { stdout } = await run(
      "say() { echo no; }; export -f say; export BASH_ENV=/etc/x; echo 'exit 5' > /etc/x; env say",
    );
    expect(stdout).to.equal('["one","/usr/sbin/say",[],"/root"]');
  });

  it("answer many at once", async () => {
    const { stdout } = await run("for n in {1..50}; do fail 2>&- & done; wait; echo done");
    expect(stdout).to.equal(`${"'so far'\n\n".repeat(50)}done\n`);
  });

  it("say so when the lab fails by itself", async () => {
    expect(await run("throw")).to.include({ stderr: "/usr/bin/throw: the lab failed: not thought of\n", code: 70 });
  });

  it("end with their host, even if they would never have answered", async () => {
    const child = lab.processes.start(lab.host("two"), { command: "echo up; hold" });
    await once(child.stdout, "data");
    const ended = once(child, "exit");
    await lab.processes.powerOff(lab.host("two"));
    expect(await ended).to.deep.equal([null, "SIGKILL"]);
    await lab.processes.boot(lab.host("two"));
  });

  it("answer nobody who does not know the host's secret", async () => {
    const shim = readFileSync(join(besideTree(lab.host("one"), "usr"), "sbin/say"), "utf8");
    const port = Number(/\/127\.0\.0\.1\/(\d+)/.exec(shim)?.[1]);
    const socket = createConnection(port, "127.0.0.1");
    socket.write("0123456789abcdef\0/usr/sbin/say\0/\x000\0");
    expect(await text(socket)).to.equal("");
  });

  it("say so when the lab does not answer", async () => {
    const shim = readFileSync(join(besideTree(lab.host("one"), "usr"), "sbin/say"), "utf8");
    lab.lay("one", "tree/root/say", shim.replace(/\/127\.0\.0\.1\/\d+/, "/127.0.0.1/1"));
    expect(await run("bash /root/say")).to.deep.equal({
      stdout: "",
      stderr: "/usr/sbin/say: the lab of this host does not answer\n",
      code: 69,
    });
  });
});
