import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { LOADER, loaded } from "../../../providers/host/ssh/loader.ts";
import { failureOf } from "../../support/failure.ts";
import { endHosts, hostsFrom } from "../../support/hosts.ts";
import { fingerprintIn, hasSshd, Sshd } from "../../support/sshd.ts";

describe("the one command line of hosts", () => {
  // Which of them there are is the machine's matter; sh is everywhere.
  const shells = ["sh", "dash", "bash", "zsh", "ksh", "fish", "csh", "tcsh"];
  for (const shell of shells.filter((one) => one === "sh" || !spawnSync(one, ["-c", "exit"]).error))
    it(`means the same to ${shell} as login shell`, () => {
      const program = `cat; printf '%s' "$#'\\"\\\\n é"; exit 7\n`;
      const { status, stdout } = spawnSync(shell, ["-c", LOADER], { input: loaded(program, "data\0é\n") });
      expect({ status, stdout: stdout.toString() }).to.deep.equal({ status: 7, stdout: `data\0é\n0'"\\n é` });
    });
});

describe("programs on a host", () => {
  let sshd: Sshd | undefined;
  const start = async (lines: string[] = [], path = process.env["PATH"] ?? ""): Promise<Sshd> => {
    sshd = await Sshd.start({ lines, path });
    return sshd;
  };
  before(function () {
    if (!hasSshd()) this.skip();
  });
  afterEach(async () => {
    await endHosts();
    await sshd?.end();
  });

  const shellOf = ({ key, user, port, hostKey }: Sshd, ssh: object = {}) =>
    hostsFrom(
      { privateKeyFile: key, user, port, ...ssh },
      {
        pve1: { address: "127.0.0.1", hostKey: fingerprintIn(hostKey.call(sshd)) },
      },
    ).shell("pve1");

  it("get their data, and say their status, their output and their errors", async () => {
    const shell = shellOf(await start());
    const ran = await shell.run("cat; echo of no use >&2; exit 3", Buffer.from([0, 255, 10]));
    expect(ran).to.deep.equal({ code: 3, stdout: Buffer.from([0, 255, 10]), stderr: "of no use\n" });
  });

  it("run several at once over one connection, with 5 MB each way", async () => {
    const server = await start();
    const shell = shellOf(server);
    const data = Buffer.alloc(5_000_000, "0123456789abcde\n");
    const all = await Promise.all([1, 2, 3, 4].map((n) => shell.run(`cat; exit ${n}`, data)));
    expect(all.map(({ code }) => code)).to.deep.equal([1, 2, 3, 4]);
    expect(all.every(({ stdout }) => stdout.equals(data))).to.equal(true);
    expect(server.sessions).to.have.length(1);
  });

  it("wait for one another where sshd allows few sessions", async () => {
    const server = await start(["MaxSessions 2"]);
    const shell = shellOf(server);
    const all = await Promise.all(Array.from({ length: 6 }, (_, n) => shell.run(`exit ${n}`)));
    expect(all.map(({ code }) => code)).to.deep.equal(all.map((_, n) => n));
    expect(server.sessions).to.have.length(1);
  });

  it("say so where sshd allows none", async () => {
    const shell = shellOf(await start(["MaxSessions 0"]));
    const both = await Promise.all([failureOf(shell.run("true")), failureOf(shell.run("true"))]);
    for (const { message } of both) expect(message).to.include("it opens no session").and.include("MaxSessions");
  });

  it("are not confused by what a login shell says before them", async () => {
    const shell = shellOf(await start([`ForceCommand echo welcome; echo noise >&2; eval "$SSH_ORIGINAL_COMMAND"`]));
    expect((await shell.run("echo mine")).stdout.toString()).to.equal("mine\n");
  });

  it("say of a login shell that runs nothing what it said", async () => {
    const shell = shellOf(await start(["ForceCommand echo This account is currently not available.; exit 1"]));
    const { message } = await failureOf(shell.run("echo mine"));
    expect(message).to.include("it did not begin (This account is currently not available.)");
  });

  it("are let go when they write more than they may", async () => {
    const shell = shellOf(await start());
    const { message } = await failureOf(shell.run("yes", "", { limit: 100_000 }));
    expect(message).to.include("running a program on pve1 (").and.include("it wrote more than 100000 bytes");
    expect((await shell.run("echo still here")).stdout.toString()).to.equal("still here\n");
  });

  it("are let go when they take longer than they may", async () => {
    const shell = shellOf(await start());
    const { message } = await failureOf(shell.run("sleep 60", "", { within: 0.2 }));
    expect(message).to.include("it did not end within 0.2 s").and.include("It may still run there");
    expect((await shell.run("echo still here")).stdout.toString()).to.equal("still here\n");
  });

  it("that leave their data unread end all the same", async () => {
    const shell = shellOf(await start());
    expect((await shell.run("exit 4", Buffer.alloc(5_000_000))).code).to.equal(4);
  });

  it("that were ended by a signal say by which", async () => {
    const shell = shellOf(await start());
    const { message } = await failureOf(shell.run("kill -9 $$"));
    expect(message).to.include("it was ended by SIGKILL");
  });

  it("leave nothing of theirs among the processes' arguments", async () => {
    const shell = shellOf(await start());
    const { stdout } = await shell.run("secret=$(cat); tr '\\0' ' ' < /proc/$$/cmdline; echo", "hidden-word");
    expect(stdout.toString()).to.include("sh -c IFS= read").and.not.include("hidden-word").and.not.include("secret=");
  });

  it("run on no more hosts at a time than pve:ssh.parallel says", async () => {
    const { key, user, port, folder } = await start();
    const names = ["a", "b", "c", "d", "e"];
    const nodes = Object.fromEntries(names.map((name) => [name, { address: "127.0.0.1" }]));
    const hostKey = fingerprintIn(join(folder, "host_ed25519"));
    const hosts = hostsFrom({ privateKeyFile: key, user, port, hostKey, parallel: 2 }, nodes);
    expect(hosts.names()).to.deep.equal(names);
    const count = join(folder, "count");
    // Each is there for a moment and says how many there are.
    const program = `f=$(mktemp ${count}.XXXX); ls ${count}.* | wc -l; sleep 0.1; rm "$f"`;
    const all = await Promise.all(names.map((name) => hosts.shell(name).run(program)));
    expect(Math.max(...all.map(({ stdout }) => Number(stdout)))).to.be.within(1, 2);
  });

  describe("through sudo", () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "pve-ops-sudo-"));
    });
    after(() => rmSync(folder, { recursive: true }));
    /** A stand-in on the host's PATH: who runs this test may be anybody, and need not have sudo. */
    const withSudo = (text: string) => {
      writeFileSync(join(folder, "sudo"), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      return start([], `${folder}:${process.env["PATH"]}`);
    };

    it("run as they would without", async () => {
      const server = await withSudo(
        `echo "args: $@" > $0.args; shift 2; echo 'sudo: unable to resolve host' >&2; exec "$@"`,
      );
      const ran = await shellOf(server, { sudo: true }).run("cat; exit 5", "data");
      expect(ran).to.deep.equal({ code: 5, stdout: Buffer.from("data"), stderr: "sudo: unable to resolve host\n" });
      expect(readFileSync(join(folder, "sudo.args"), "utf8")).to.match(/^args: -n -- sh -c IFS= read/);
    });

    it("that are refused say what sudo said, and what to allow", async () => {
      const server = await withSudo("echo 'sudo: a password is required' >&2; exit 1");
      const { message } = await failureOf(shellOf(server, { sudo: true }).run("exit 0"));
      expect(message).to.include("running a program as root on pve1 (");
      expect(message).to.include("sudo does not let it (sudo: a password is required)");
      expect(message).to.include(
        `/etc/sudoers.d/pve-ops (visudo -f) that has: ${server.user} ALL=(root) NOPASSWD: ALL`,
      );
    });
  });
});
