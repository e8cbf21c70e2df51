import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { failureOf } from "../../support/failure.ts";
import { endHosts, hostsFrom } from "../../support/hosts.ts";
import { fingerprintIn, hasSshd, type KeyType, madeKey, Sshd } from "../../support/sshd.ts";

const TYPES: KeyType[] = ["ed25519", "ecdsa", "rsa"];

describe("the key that a host shows", () => {
  let sshd: Sshd;
  let folder: string;
  let other: string;
  before(async function () {
    if (!hasSshd()) this.skip();
    sshd = await Sshd.start({ types: TYPES });
    folder = mkdtempSync(join(tmpdir(), "pve-ops-keys-"));
    other = madeKey(folder, "other");
  });
  afterEach(endHosts);
  after(async () => {
    if (!sshd) return;
    rmSync(folder, { recursive: true });
    await sshd.end();
  });

  const publicKey = (file: string) => readFileSync(`${file}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
  const name = () => `[127.0.0.1]:${sshd.port}`;
  const line = (type: KeyType, hosts = name()) => `${hosts} ${publicKey(sshd.hostKey(type))}`;
  const visit = (ssh: object, node: object = {}) =>
    hostsFrom(
      { user: sshd.user, port: sshd.port, privateKeyFile: sshd.key, knownHosts: [], ...ssh },
      { pve1: { address: "127.0.0.1", ...node } },
    )
      .shell("pve1")
      .run("exit 0");
  const shows = (type: KeyType) => fingerprintIn(sshd.hostKey(type));

  for (const type of TYPES) {
    it(`is trusted where its ${type} key is known, though it has others`, async () => {
      expect((await visit({ knownHosts: [line(type)] })).code).to.equal(0);
    });
    it(`is trusted where its ${type} key is pinned, though it has others`, async () => {
      expect((await visit({}, { hostKey: shows(type) })).code).to.equal(0);
    });
  }
  for (const { what, ssh, node } of [
    { what: "one of several is pinned", node: () => ({ hostKey: [fingerprintIn(other), shows("ecdsa")] }) },
    {
      what: "it is pinned, and known_hosts has another",
      node: () => ({ hostKey: shows("ed25519") }),
      ssh: () => ({ knownHosts: [`${name()} ${publicKey(other)}`] }),
    },
    { what: "it is known by its name without the port", ssh: () => ({ knownHosts: [line("ed25519", "127.0.0.1")] }) },
    {
      what: "the host's own pin differs from that for all",
      ssh: () => ({ hostKey: fingerprintIn(other) }),
      node: () => ({ hostKey: shows("rsa") }),
    },
    {
      what: "it is known by a hashed name in a file",
      ssh: () => {
        const file = join(folder, "hashed");
        writeFileSync(file, `${line("ed25519")}\n`);
        execFileSync("ssh-keygen", ["-H", "-f", file], { stdio: "ignore" });
        return { knownHosts: file };
      },
    },
  ])
    it(`is trusted where ${what}`, async () => {
      expect((await visit(ssh?.() ?? {}, node?.() ?? {})).code).to.equal(0);
    });

  for (const { what, ssh, node, words } of [
    {
      what: "that nobody knows",
      words: () => [
        "its host key is not known: ssh-ed25519 ",
        shows("ed25519"),
        "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
        `pulumi config set --path 'pve:nodes.pve1.hostKey' ${shows("ed25519")}`,
      ],
    },
    {
      what: "that is another than the known one",
      ssh: () => ({ knownHosts: ["# first", `${name()} ${publicKey(other)}`] }),
      words: () => [
        "its host key is another than the one that is known",
        shows("ed25519"),
        `pve:ssh.knownHosts:2 has ${fingerprintIn(other)}`,
        "Somebody may stand in between",
      ],
    },
    {
      what: "that is revoked",
      ssh: () => ({ knownHosts: [line("ed25519"), `@revoked * ${publicKey(sshd.hostKey())}`] }),
      words: () => ["is revoked in pve:ssh.knownHosts:2"],
    },
    {
      what: "that only an authority vouches for",
      ssh: () => ({ knownHosts: [`@cert-authority * ${publicKey(other)}`] }),
      words: () => ["pve:ssh.knownHosts:1 trusts an authority for it, and certificates of hosts are not supported"],
    },
    {
      what: "that is none of the pinned ones",
      ssh: () => ({ knownHosts: [line("ed25519")] }),
      node: () => ({ hostKey: fingerprintIn(other) }),
      words: () => [
        "none of those that are pinned",
        ...TYPES.map(shows),
        `pinned is ${fingerprintIn(other)}`,
        "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
        `'pve:nodes.pve1.hostKey' ${shows("ed25519")}`,
      ],
    },
  ])
    it(`and ${what} is refused, and what to do is said`, async () => {
      const { message } = await failureOf(visit(ssh?.() ?? {}, node?.() ?? {}));
      expect(message).to.include(`connecting to pve1 (${sshd.user}@127.0.0.1:${sshd.port}): `);
      for (const word of words()) expect(message).to.include(word);
    });
});
