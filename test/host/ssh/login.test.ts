import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { failureOf } from "../../support/failure.ts";
import { endHosts, hostsFrom } from "../../support/hosts.ts";
import { fingerprintIn, hasSshd, madeKey, Sshd } from "../../support/sshd.ts";

const SECRET = "open-sesame-4711";

describe("logging in to a host", () => {
  let sshd: Sshd;
  let folder: string;
  let encrypted: string;
  let stranger: string;
  let agent: { socket: string; pid: number };
  before(async function () {
    if (!hasSshd()) this.skip();
    sshd = await Sshd.start();
    folder = mkdtempSync(join(tmpdir(), "pve-ops-login-"));
    encrypted = madeKey(folder, "encrypted", "ed25519", SECRET);
    stranger = madeKey(folder, "stranger");
    sshd.admit(encrypted);
    const said = execFileSync("ssh-agent", ["-s", "-a", join(folder, "agent.sock")], { encoding: "utf8" });
    agent = { socket: join(folder, "agent.sock"), pid: Number(/SSH_AGENT_PID=(\d+)/.exec(said)?.[1]) };
    const toAgent = { env: { ...process.env, SSH_AUTH_SOCK: agent.socket }, stdio: "ignore" } as const;
    execFileSync("ssh-add", [stranger, sshd.key], toAgent);
  });
  afterEach(endHosts);
  after(async () => {
    if (!sshd) return;
    process.kill(agent.pid);
    rmSync(folder, { recursive: true });
    await sshd.end();
  });

  const shell = (ssh: object, here: Parameters<typeof hostsFrom>[2] = {}) =>
    hostsFrom(
      { port: sshd.port, user: sshd.user, hostKey: fingerprintIn(sshd.hostKey()), ...ssh },
      { pve1: { address: "127.0.0.1" } },
      here,
    ).shell("pve1");
  const whoIsThere = async (...args: Parameters<typeof shell>) =>
    (await shell(...args).run("id -un")).stdout.toString().trim();

  for (const { what, ssh, here } of [
    { what: "a key in a file", ssh: () => ({ privateKeyFile: sshd.key }) },
    { what: "a key in the stack config", ssh: () => ({ privateKey: readFileSync(sshd.key, "utf8") }) },
    {
      what: "a key whose line breaks are those of Windows",
      ssh: () => ({ privateKey: readFileSync(sshd.key, "utf8").replaceAll("\n", "\r\n") }),
    },
    { what: "an encrypted key", ssh: () => ({ privateKeyFile: encrypted, passphrase: SECRET }) },
    { what: "an agent by its path", ssh: () => ({ agent: agent.socket }) },
    {
      what: "the agent of SSH_AUTH_SOCK",
      ssh: () => ({ agent: true }),
      here: () => ({ env: { SSH_AUTH_SOCK: agent.socket } }),
    },
    {
      what: "the agent where nothing is said",
      ssh: () => ({}),
      here: () => ({ env: { SSH_AUTH_SOCK: agent.socket } }),
    },
    {
      what: "an agent beside a key that is of no use",
      ssh: () => ({ agent: agent.socket, privateKeyFile: stranger }),
    },
  ])
    it(`works with ${what}`, async () => {
      expect(await whoIsThere(ssh(), here?.())).to.equal(sshd.user);
    });

  it("works with an encrypted key that the agent holds", async () => {
    const held = madeKey(folder, "held", "ecdsa", SECRET);
    sshd.admit(held);
    const plain = join(folder, "held-plain");
    writeFileSync(plain, readFileSync(held), { mode: 0o600 });
    execFileSync("ssh-keygen", ["-q", "-p", "-P", SECRET, "-N", "", "-f", plain]);
    execFileSync("ssh-add", [plain], { env: { ...process.env, SSH_AUTH_SOCK: agent.socket }, stdio: "ignore" });
    const here = { env: { SSH_AUTH_SOCK: agent.socket } };
    expect(await whoIsThere({ privateKeyFile: held }, here)).to.equal(sshd.user);
  });

  it("goes by an alias of ~/.ssh/config, its key and known_hosts", async () => {
    const home = join(folder, "home");
    mkdirSync(join(home, ".ssh"), { recursive: true });
    const key = readFileSync(`${sshd.hostKey()}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
    writeFileSync(join(home, ".ssh/known_hosts"), `[127.0.0.1]:${sshd.port} ${key}\n`);
    const options = [`HostName 127.0.0.1`, `Port ${sshd.port}`, `User ${sshd.user}`, `IdentityFile ${sshd.key}`];
    writeFileSync(join(home, ".ssh/config"), `Host homelab\n${options.join("\n")}\n`);
    const ran = await hostsFrom({}, {}, { home }).shell("homelab").run("id -un");
    expect(ran.stdout.toString().trim()).to.equal(sshd.user);
  });

  for (const { what, ssh, words } of [
    {
      what: "a wrong passphrase",
      ssh: () => ({ privateKeyFile: encrypted, passphrase: `${SECRET}-wrong` }),
      words: ["the passphrase in pve:ssh.passphrase does not open it", "--secret --path 'pve:ssh.passphrase'"],
    },
    {
      what: "no passphrase",
      ssh: () => ({ privateKeyFile: encrypted }),
      words: ["encrypted: for", "it is encrypted, and there is no passphrase", "let an agent hold the key"],
    },
    {
      what: "a key that is none",
      ssh: () => ({ privateKey: `BEGIN ${SECRET}` }),
      words: ["reading the key in pve:ssh.privateKey", "it is no private key"],
    },
    {
      what: "the public half",
      ssh: () => ({ privateKeyFile: `${encrypted}.pub`, passphrase: SECRET }),
      words: ["it is the public half of a key"],
    },
    {
      what: "a file that is not there",
      ssh: () => ({ privateKeyFile: "~/nothing" }),
      words: ["no file /nowhere/nothing"],
    },
    { what: "no key at all", ssh: () => ({}), words: ["there is no key to log in with", "pve:ssh.privateKeyFile"] },
    { what: "no agent", ssh: () => ({ agent: true }), words: ["SSH_AUTH_SOCK names none"] },
    {
      what: "an agent that does not answer",
      ssh: () => ({ agent: "/nowhere/agent.sock" }),
      words: ["does not let", "the agent at /nowhere/agent.sock", "Failed to connect to agent"],
    },
    {
      what: "a key that is not let in",
      ssh: () => ({ privateKeyFile: stranger }),
      words: ["connecting to pve1 (", "does not let", "stranger", "authorized_keys"],
    },
  ])
    it(`says of ${what} what to do, and no secret`, async () => {
      const { message, stack, cause } = await failureOf(shell(ssh()).run("true"));
      for (const word of words) expect(message).to.include(word.replace("encrypted: for", "encrypted for"));
      expect(`${message}${stack}${cause}`).to.not.include(SECRET);
    });
});
