import { randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { newKeyPair } from "../../../lab/host/ssh/keys.ts";
import { command } from "../../../setup/engine/command.ts";
import { SshLab } from "../../support/ssh-lab.ts";

const MANY = randomBytes(5_000_000).toString("hex");

describe("a host of the lab, reached by OpenSSH", function () {
  this.timeout(60_000);
  let lab: SshLab;
  before(async () => {
    lab = await SshLab.open();
  });
  after(() => lab?.close());

  it("runs a command on its own files, tells its outputs apart, and how it ended", async () => {
    const { stdout, stderr, code } = await lab.ssh("pve2", "cat /etc/hostname; echo no >&2; exit 3");
    expect({ stdout, stderr, code }).to.deep.equal({ stdout: "pve2\n", stderr: "no\n", code: 3 });
    expect((await lab.ssh("pve1", "kill -TERM $$")).code, "what OpenSSH makes of a signal").to.equal(255);
  });

  it("takes and gives ten million bytes as they are", async () => {
    expect((await lab.ssh("pve1", "cat", { input: MANY })).stdout === MANY).to.equal(true);
  });

  it("gives much on both outputs at once", async () => {
    const both = "head -c 9000000 /dev/zero | tr '\\0' a & head -c 9000000 /dev/zero | tr '\\0' b >&2; wait";
    const { stdout, stderr } = await lab.ssh("pve1", both);
    expect([/^a*$/.test(stdout) && stdout.length, /^b*$/.test(stderr) && stderr.length]).to.deep.equal([9e6, 9e6]);
  });

  it("ends what does not read all that it is sent, and what is sent nothing", async () => {
    expect(await lab.ssh("pve1", "head -c 3", { input: MANY })).to.include({ stdout: MANY.slice(0, 3), code: 0 });
    expect(await lab.ssh("pve1", "true", { input: MANY })).to.include({ code: 0 });
    expect(await lab.ssh("pve1", "wc -c")).to.include({ stdout: "0\n", code: 0 });
  });

  it("is a shell where nothing is asked for, and a terminal where one is", async () => {
    const shell = await lab.client("ssh", ["pve1"], "shopt -q login_shell && echo in $PWD\nexit 5\n");
    expect(shell).to.include({ stdout: "in /root\n", code: 5 });
    const terminal = await lab.client("ssh", ["-tt", "pve1", "test -t 0 && tty; exit 6"]);
    expect(terminal.stdout).to.match(/^\/dev\/pts\/\d+\r\n$/);
    expect(terminal.code).to.equal(6);
  });

  it("gives a command what sshd gives it, and of the client's environment the language alone", async () => {
    const { stdout } = await lab.client("ssh", ["-oSetEnv=LC_TIME=C SECRET=1", "pve1", "env"]);
    const env = Object.fromEntries(stdout.split("\n").map((line) => line.split(/=(.*)/s)));
    const HOME = { HOME: "/root", USER: "root", LOGNAME: "root", SHELL: "/bin/bash", LC_TIME: "C" };
    expect(env).to.include(HOME).and.not.have.property("SECRET");
    expect(env["SSH_CONNECTION"]).to.match(/^127\.[\d.]+ \d+ 127\.[\d.]+ 22$/);
    expect(env["SSH_CLIENT"]).to.match(/^127\.[\d.]+ \d+ 22$/);
    expect(env["PATH"]).to.include("/usr/sbin");
  });

  it("runs ten at once on one connection, and counts both", async () => {
    lab.lab.cluster.visits.clear();
    const control = join(lab.folder, "control");
    const master = [`-oControlPath=${control}`, "-oControlMaster=auto", "-oControlPersist=20"];
    const first = await lab.client("ssh", [...master, "pve1", "true"]);
    expect(first.code, first.stderr).to.equal(0);
    const on = [`-oControlPath=${control}`, "-oControlMaster=no", "pve1"];
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, n) => lab.client("ssh", [...on, `read -r line; echo $line ${n}`], "got\n")),
    );
    expect(all.map(({ stdout }) => stdout)).to.deep.equal(Array.from({ length: 10 }, (_, n) => `got ${n}\n`));
    expect(Object.fromEntries(lab.lab.cluster.visits)).to.deep.equal({ pve1: { connections: 1, commands: 11 } });
    await lab.client("ssh", [`-oControlPath=${control}`, "-Oexit", "pve1"]);
  });

  it("is a way to another host, by name or address, and to nothing else", async () => {
    const jump = (...args: string[]) => lab.client("ssh", args);
    // The jump goes by names that the first host knows.
    const config = readFileSync(lab.config, "utf8").replace(
      /HostName .*\n {2}Port \d+\n {2}HostKeyAlias pve2/,
      "HostKeyAlias pve2",
    );
    const file = join(lab.folder, "jump-config");
    writeFileSync(file, config);
    const through = await command("ssh", ["-F", file, "-J", "pve1", "pve2", "hostname"]);
    expect(through, through.stderr).to.include({ stdout: "pve2\n", code: 0 });
    const elsewhere = await jump("-W", "127.0.0.1:22", "pve1");
    expect(elsewhere.code).to.equal(255);
  });

  it("lets in who has root's password or a key of its authorized_keys, and nobody else", async () => {
    const { private: stranger } = newKeyPair("stranger");
    const file = join(lab.folder, "stranger");
    writeFileSync(file, stranger, { mode: 0o600 });
    const as = (...args: string[]) => lab.client("ssh", [...args, "pve1", "true"]);
    const refused = await as("-oIdentityFile=none", `-oIdentityFile=${file}`, "-oIdentitiesOnly=yes", "-F/dev/null");
    expect(refused.code).to.equal(255);
    expect((await as("-lnobody")).stderr).to.include("Permission denied (publickey,password)");
    expect((await as("-lsomebody")).stderr).to.include("Permission denied (publickey,password)");
    expect((await as()).code).to.equal(0);
    const askpass = join(lab.folder, "askpass");
    const login = async (password: string) => {
      writeFileSync(askpass, `#!/bin/sh\necho ${password}\n`, { mode: 0o700 });
      const by = ["-oBatchMode=no", "-oPubkeyAuthentication=no", "-oNumberOfPasswordPrompts=1"];
      const env = { ...process.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: "force" };
      return (await command("ssh", ["-F", lab.config, ...by, "pve1", "true"], { env })).code;
    };
    expect([await login("secret-secret"), await login("secret")]).to.deep.equal([0, 255]);
  });

  it("has a user beside root, who becomes root with sudo", async () => {
    const command = 'echo $USER $PWD; sudo -n -- sh -c \'echo $USER $HOME "$1"\' sh "a  b"';
    expect((await lab.ssh("admin@pve1", command)).stdout).to.equal("admin /home/admin\nroot /root a  b\n");
  });

  it("is refused by a client that knows another key of it", async () => {
    const before = lab.host("pve2").hostKey;
    lab.host("pve2").changeHostKey();
    expect(lab.host("pve2").hostKey).to.not.equal(before);
    expect((await lab.ssh("pve2", "true")).stderr).to.include("Host key verification failed");
    lab.trust();
    expect((await lab.ssh("pve2", "true")).code).to.equal(0);
    expect((await lab.ssh("pve2", "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key")).stdout).to.include(
      lab.host("pve2").hostKey,
    );
  });

  it("takes and gives files by scp, in both of its ways, and by sftp", async () => {
    const file = join(lab.folder, "file");
    writeFileSync(file, MANY, { mode: 0o640 });
    for (const way of ["-s", "-O"]) {
      const sent = await lab.client("scp", [way, "-p", file, "pve1:/root/sent"]);
      expect(sent.code, sent.stderr).to.equal(0);
      await lab.client("scp", [way, "-p", "pve1:/root/sent", `${file}-back`]);
      expect(readFileSync(`${file}-back`, "utf8") === MANY).to.equal(true);
      expect(statSync(`${file}-back`).mode & 0o777).to.equal(0o640);
    }
    const batch =
      "rename /root/sent /root/there\nchmod 600 /root/there\nls -l /root\nget /root/there\nrm /root/there\n";
    const { stdout, code } = await lab.client(
      "sftp",
      ["-b-", "pve1"],
      batch.replace("get /root/there", `get /root/there ${file}-there`),
    );
    expect(code).to.equal(0);
    expect(stdout).to.match(/-rw------- .* 10000000 .* \/root\/there/);
    expect(readFileSync(`${file}-there`, "utf8") === MANY).to.equal(true);
  });
});
