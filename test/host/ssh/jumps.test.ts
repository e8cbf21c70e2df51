import { readFileSync } from "node:fs";
import { expect } from "chai";
import { failureOf } from "../../support/failure.ts";
import { endHosts, hostsFrom } from "../../support/hosts.ts";
import { fingerprintIn, hasSshd, Sshd } from "../../support/sshd.ts";

describe("the way through another host", () => {
  const started: Sshd[] = [];
  const start = async (): Promise<Sshd> => {
    const sshd = await Sshd.start();
    started.push(sshd);
    return sshd;
  };
  before(function () {
    if (!hasSshd()) this.skip();
  });
  afterEach(async () => {
    await endHosts();
    await Promise.all(started.splice(0).map((sshd) => sshd.end()));
  });
  const lineOf = (sshd: Sshd) =>
    `[127.0.0.1]:${sshd.port} ${readFileSync(`${sshd.hostKey()}.pub`, "utf8").split(" ").slice(0, 2).join(" ")}`;
  async function chain() {
    const [bastion, inner, target] = [await start(), await start(), await start()];
    for (const sshd of [bastion, inner]) sshd.admit(target.key);
    const knownHosts = [bastion, inner, target].map(lineOf);
    const at = ({ user, port }: Sshd) => `${user}@127.0.0.1:${port}`;
    const common = { user: target.user, privateKeyFile: target.key, knownHosts, keepAlive: 0.2 };
    return { bastion, inner, target, common, at };
  }

  it("goes through one, which has one connection for all", async () => {
    const { bastion, inner, target, common, at } = await chain();
    const nodes = { a: { address: `127.0.0.1:${target.port}` }, b: { address: `127.0.0.1:${inner.port}` } };
    const hosts = hostsFrom({ ...common, jump: at(bastion) }, nodes);
    const all = await Promise.all(["a", "b"].map((name) => hosts.shell(name).run("echo $SSH_CONNECTION")));
    const ports = all.map(({ stdout }) => Number(stdout.toString().trim().split(" ").at(-1)));
    expect(ports).to.have.length(2);
    expect([bastion, inner, target].map(({ sessions }) => sessions.length)).to.deep.equal([1, 1, 1]);
  });

  it("goes through several, one after the other", async () => {
    const { bastion, inner, target, common, at } = await chain();
    const jump = [at(bastion), at(inner)];
    const hosts = hostsFrom({ ...common, jump }, { a: { address: `127.0.0.1:${target.port}` } });
    const data = Buffer.alloc(1_000_000, "x");
    expect((await hosts.shell("a").run("cat", data)).stdout.equals(data)).to.equal(true);
    expect([bastion, inner, target].map(({ sessions }) => sessions.length)).to.deep.equal([1, 1, 1]);
  });

  it("looks at the key of each, and goes no further where one is not known", async () => {
    const { bastion, target, common, at } = await chain();
    const nodes = { a: { address: `127.0.0.1:${target.port}` } };
    const hosts = hostsFrom({ ...common, knownHosts: [lineOf(target)], jump: at(bastion) }, nodes);
    const { message } = await failureOf(hosts.shell("a").run("exit 0"));
    expect(message)
      .to.include(`connecting to ${at(bastion)} (`)
      .and.include("its host key is not known");
    expect(target.sessions).to.have.length(0);
  });

  it("takes a node of the cluster for the way to the others, and goes straight to that one", async () => {
    const { bastion, target, common } = await chain();
    const nodes = {
      first: { address: `127.0.0.1:${bastion.port}`, hostKey: fingerprintIn(bastion.hostKey()) },
      second: { address: `127.0.0.1:${target.port}` },
    };
    const hosts = hostsFrom({ ...common, knownHosts: [lineOf(target)], jump: "first" }, nodes);
    const all = await Promise.all(["first", "second"].map((name) => hosts.shell(name).run("exit 0")));
    expect(all.map(({ code }) => code)).to.deep.equal([0, 0]);
    expect(bastion.sessions, "one connection, for itself and as the way").to.have.length(1);
  });

  it("that does not get through says who did not", async () => {
    const { bastion, common, at } = await chain();
    const hosts = hostsFrom({ ...common, jump: at(bastion) }, { a: { address: "127.0.0.1:1" } });
    const { message } = await failureOf(hosts.shell("a").run("exit 0"));
    expect(message).to.include(`through ${at(bastion)}): ${at(bastion)} does not get through to it`);
    expect(message).to.include("AllowTcpForwarding");
  });

  it("that is lost is found again", async () => {
    const { bastion, target, common, at } = await chain();
    const hosts = hostsFrom({ ...common, jump: at(bastion) }, { a: { address: `127.0.0.1:${target.port}` } });
    await hosts.shell("a").run("exit 0");
    bastion.sessions[0]?.kill("SIGKILL");
    expect((await hosts.shell("a").run("exit 0")).code).to.equal(0);
    expect(bastion.sessions).to.have.length(2);
  });
});
