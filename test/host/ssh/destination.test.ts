import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Destination, destinationOf } from "../../../providers/host/ssh/destination.ts";
import { hostsOf } from "../../../providers/host/ssh/hosts.ts";
import { sshSettings } from "../../../providers/host/ssh/ssh-settings.ts";

const SECRET = "s3cret-key-material";
const PIN = `SHA256:${"a".repeat(43)}`;
const CONFIG = `
Host pve1 bastion
  User config
  Port 2200
Host pve1
  HostName pve1.lan
  ProxyJump bastion
  HostKeyAlias cluster
  ServerAliveInterval 40
Host commanded
  ProxyCommand nc %h %p
Host loop
  ProxyJump loop
Host bastion
  IdentityFile ~/.ssh/for-%h
`;

describe("where a host is, and as whom it is entered", () => {
  let home: string;
  before(() => {
    home = mkdtempSync(join(tmpdir(), "pve-ops-home-"));
    mkdirSync(join(home, ".ssh"));
    writeFileSync(join(home, ".ssh/config"), CONFIG);
    for (const name of ["id_ed25519", "for-bastion", "mine"]) writeFileSync(join(home, ".ssh", name), name);
    writeFileSync(join(home, ".ssh/known_hosts"), "user's\n");
  });
  after(() => rmSync(home, { recursive: true }));

  const configOf = (ssh: unknown, nodes: unknown) => (key: string) =>
    key === "pve:ssh" ? text(ssh) : key === "pve:nodes" ? text(nodes) : undefined;
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const to = (name: string, ssh: unknown = {}, nodes: unknown = {}, env = {}): Destination =>
    destinationOf(name, sshSettings(configOf(ssh, nodes)), { home, env });

  /** A destination as words that are easy to compare. */
  const words = ({ user, host, port, via }: Destination): string =>
    `${user}@${host}:${port}${via ? ` < ${words(via)}` : ""}`;

  for (const { what, name, ssh, nodes, is } of [
    { what: "an address alone", name: "192.0.2.1", is: "root@192.0.2.1:22" },
    { what: "an IPv6 address", name: "2001:db8::1", is: "root@2001:db8::1:22" },
    { what: "user, host and port in one", name: "admin@[2001:db8::1]:2022", is: "admin@2001:db8::1:2022" },
    { what: "a node", name: "a", nodes: { a: { address: "192.0.2.7" } }, is: "root@192.0.2.7:22" },
    { what: "a node without an address", name: "a", nodes: { a: {} }, is: "root@a:22" },
    { what: "what is said for all", name: "a", ssh: { user: "ops", port: 2022 }, is: "ops@a:2022" },
    {
      what: "what is said for one",
      name: "a",
      ssh: { user: "ops", port: 2022 },
      nodes: { a: { ssh: { port: 22 } } },
      is: "ops@a:22",
    },
    { what: "an alias", name: "pve1", is: "config@pve1.lan:2200 < config@bastion:2200" },
    {
      what: "an alias and the stack config, which wins",
      name: "pve1",
      ssh: { user: "root", jump: [] },
      is: "root@pve1.lan:2200",
    },
    {
      what: "an alias as a node's address",
      name: "a",
      nodes: { a: { address: "pve1", ssh: { jump: "x" } } },
      is: "config@pve1.lan:2200 < root@x:22",
    },
    { what: "no ~/.ssh/config", name: "pve1", ssh: { config: "none" }, is: "root@pve1:22" },
    {
      what: "a jump host, which is entered as its own alias says",
      name: "a",
      ssh: { user: "ops", port: 9, jump: "bastion" },
      is: "ops@a:9 < config@bastion:2200",
    },
    { what: "several jump hosts", name: "a", ssh: { jump: ["u@x:1", "y"] }, is: "root@a:22 < root@y:22 < u@x:1" },
    {
      what: "a node to go through, as that node is entered",
      name: "b",
      ssh: { user: "ops", jump: "a" },
      nodes: { a: { address: "192.0.2.1", ssh: { user: "one" } }, b: {} },
      is: "ops@b:22 < one@192.0.2.1:22",
    },
    { what: "a jump host itself", name: "a", ssh: { jump: ["x", "a"] }, nodes: { a: {} }, is: "root@a:22 < root@x:22" },
    {
      what: "a jump that only a host has no need of",
      name: "a",
      ssh: { jump: "x" },
      nodes: { a: { ssh: { jump: [] } } },
      is: "root@a:22",
    },
  ])
    it(`is found by ${what}`, () => {
      expect(words(to(name, ssh, nodes))).to.equal(is);
    });

  it("has the key of the stack config alone, or the agent and the usual ones", () => {
    const files = ({ keys }: Destination) => keys.files.map(({ from }) => from.replace(home, "~"));
    const env = { SSH_AUTH_SOCK: "/run/agent" };
    expect(files(to("a", { privateKeyFile: "~/.ssh/mine" }))).to.deep.equal(["~/.ssh/mine"]);
    expect(files(to("a", { privateKey: SECRET }))).to.deep.equal(["pve:ssh.privateKey"]);
    expect(files(to("a"))).to.deep.equal(["~/.ssh/id_ed25519"]);
    expect(files(to("bastion"))).to.deep.equal(["~/.ssh/for-bastion"]);
    expect(to("a", {}, {}, env).keys.agent).to.deep.equal({ socket: "/run/agent", asked: false });
    expect(to("a", { agent: false }, {}, env).keys.agent.socket).to.equal(undefined);
    expect(to("a", { agent: "~/agent" }).keys.agent).to.deep.equal({ socket: `${home}/agent`, asked: true });
  });

  it("never has half a login from here and half from there", () => {
    const { keys } = to("a", { privateKey: SECRET, passphrase: SECRET }, { a: { ssh: { agent: "/run/agent" } } });
    expect([keys.passphrase, keys.files.some(({ named }) => named)]).to.deep.equal([undefined, false]);
  });

  it("must show what is pinned for it, and by the name that known_hosts has for it", () => {
    expect(to("a", { hostKey: PIN }).trust.pins).to.deep.equal([PIN]);
    expect(to("a", { hostKey: PIN }, { a: { hostKey: [`${PIN}=`] } }).trust.pins).to.deep.equal([`${PIN}=`]);
    expect(to("a", { hostKey: PIN, jump: "x" }).via?.trust.pins).to.deep.equal([]);
    expect(to("a", { port: 2 }).trust.names).to.deep.equal(["[a]:2", "a"]);
    expect(to("pve1").trust.names).to.deep.equal(["cluster"]);
    expect(to("a").trust.knownHosts[0]).to.deep.equal({ path: `${home}/.ssh/known_hosts`, text: "user's\n" });
  });

  it("goes through sudo for any user but root, unless it is said otherwise", () => {
    expect(
      [to("a"), to("a", { user: "x" }), to("a", { user: "x", sudo: false })].map(({ sudo }) => sudo),
    ).to.deep.equal([...[false, true, false]]);
  });

  it("has the time limits of the stack config, of ~/.ssh/config, or the usual ones", () => {
    expect([to("a"), to("pve1"), to("pve1", { keepAlive: 2 })].map(({ keepAlive }) => keepAlive)).to.deep.equal([
      15, 40, 2,
    ]);
  });

  for (const { what, name = "a", ssh = {}, nodes = {}, says } of [
    { what: "a misspelt key", ssh: { usr: "root" }, says: ["pve:ssh", 'there is no "usr" here; did you mean "user"?'] },
    { what: "a port that is none", ssh: { port: 0 }, says: ["pve:ssh", "port: "] },
    {
      what: "a port that is a text",
      nodes: { a: { ssh: { port: "22" } } },
      says: ["pve:nodes", "a.ssh.port: want a whole number"],
    },
    {
      what: "a fingerprint that is none",
      nodes: { a: { hostKey: "MD5:00" } },
      says: ["a.hostKey: want a fingerprint as `ssh-keygen -lf` prints it"],
    },
    { what: "a text for all of it", ssh: SECRET, says: ["pve:ssh", "one text, not names with values"] },
    { what: "a host that is an option", name: "-oProxyCommand=x", says: ['"-oProxyCommand=x" is no host'] },
    { what: "a jump that is none", ssh: { jump: "a b" }, says: ["pve:ssh.jump", '"a b" is no host'] },
    { what: "a circle", name: "loop", says: ["it goes in a circle: loop through loop", "ProxyJump"] },
    { what: "a ProxyCommand", name: "commanded", says: ["no command of it is run", "pve:ssh.jump"] },
    {
      what: "a key that is nowhere",
      ssh: { privateKeyFile: "/nowhere/key" },
      says: ["pve:ssh.privateKeyFile", "no file /nowhere/key"],
    },
    {
      what: "a key in place of its file",
      ssh: { privateKeyFile: `-----BEGIN OPENSSH PRIVATE KEY-----\n${SECRET}\n` },
      says: ["it is a key itself, and not the name of a file", "--secret --path pve:ssh.privateKey"],
    },
    {
      what: "a key that is none, for a number",
      ssh: { privateKey: SECRET, passphrase: 1 },
      says: ["passphrase: want a text"],
    },
  ])
    it(`refuses ${what}, says where it stands, and quotes no secret`, () => {
      for (const part of says) expect(() => to(name, ssh, nodes)).to.throw(part);
      expect(() => to(name, ssh, nodes)).to.not.throw(SECRET);
    });

  it("is the same for all resources of a run", () => {
    const config = configOf({}, { a: {}, b: {} });
    expect(hostsOf({ config })).to.equal(hostsOf({ config }));
    expect(hostsOf({ config }).shell("a")).to.equal(hostsOf({ config }).shell("a"));
    expect(hostsOf({ config }).names()).to.deep.equal(["a", "b"]);
  });
});
