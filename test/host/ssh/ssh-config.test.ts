import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { included } from "../../../providers/host/ssh/here.ts";
import { type SshOptions, sshOptions } from "../../../providers/host/ssh/ssh-config.ts";

const CONFIG = `
# what a person has
Host bastion
  HostName bastion.example.net
  User jump
  Port 2200
  IdentityFile ~/.ssh/bastion

Host pve? !pve9
  HostName %h.lan
  ProxyJump bastion,inner@[2001:db8::1]:2222
  IdentityFile "~/.ssh/with blank"
  IdentityFile ~/.ssh/%h_%r
  IdentitiesOnly yes
Host pve1
  User late
  Port=2022
  HostKeyAlias cluster
Host "quoted" two   three # and a comment
  User=quoted
  UserKnownHostsFile ~/.ssh/a "/tmp/b c"
  IdentityAgent ~/agent.sock
Host direct.*
  ProxyCommand none
  ProxyJump bastion
Host commanded
  ProxyCommand nc -X connect -x "proxy:8080" %h %p # no comment
  ProxyJump bastion
Match originalhost m1,m2 user joe
  Port 1001
Match host *.lan
  ConnectTimeout 7
  ServerAliveInterval 20
Match !host *.lan originalhost m*
  Port 1002
Match localuser nobody-here
  Port 1003
Include more.conf
Match all
  IdentityFile ~/.ssh/all
Host incl*
  Port 1005
Match final host *.final
  User finally
Host fin
  HostName x.final
Host *
  User usual
  Port 1004
  IdentityFile ~/.ssh/usual
	StrictHostKeyChecking   no
`;
const MORE = `
Host incl1
  User included
Host pve2
  IdentityFile ~/.ssh/pve2
`;
const INSIDE = `
Host outer
  Include inside.conf
Host *
  User after
`;
const KEYS = [
  ...["hostname", "user", "port", "identityfile", "identityagent", "identitiesonly", "proxyjump", "proxycommand"],
  ...["userknownhostsfile", "hostkeyalias", "connecttimeout", "serveraliveinterval"],
];

describe("~/.ssh/config", () => {
  let home: string;
  before(() => {
    home = mkdtempSync(join(tmpdir(), "pve-ops-home-"));
    mkdirSync(join(home, ".ssh"));
    writeFileSync(join(home, ".ssh/more.conf"), MORE);
    writeFileSync(join(home, ".ssh/inside.conf"), "Port 1\nHost outer\n  User inside\nHost *\n  Port 2\n");
  });
  after(() => rmSync(home, { recursive: true }));

  /** The file as ssh gets it: it looks for what is included beside the real home, so those have whole paths. */
  const whole = (text: string) =>
    text.replaceAll(/Include (\S+)/g, (_, name: string) => `Include ${join(home, ".ssh", name)}`);
  function theirs(text: string, host: string, user?: string): Map<string, string[]> {
    const file = join(home, "config");
    writeFileSync(file, whole(text));
    const out = execFileSync("ssh", ["-G", "-F", file, ...(user ? ["-l", user] : []), host], {
      encoding: "utf8",
      env: { ...process.env, HOME: home },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const said = out.split("\n").map((line) => [line.split(" ")[0] ?? "", line.slice(line.indexOf(" ") + 1)] as const);
    const known = [...Map.groupBy(said, ([key]) => key)];
    // Some paths it says with the home filled in, of the user whom the machine knows.
    return new Map(
      known.map(([key, lines]) => [key, lines.map(([, value]) => value.replaceAll(userInfo().homedir, "~"))]),
    );
  }
  const ours = (text: string, host: string, user?: string): SshOptions =>
    sshOptions(host, user, [{ path: "config", text }], included({ home, env: {} }));

  for (const { text, hosts, user } of [
    {
      text: CONFIG,
      hosts: [
        ...["bastion", "pve1", "pve2", "pve9", "quoted", "two", "three", "direct.a", "commanded", "m1", "m2", "m3"],
        ...["incl1", "incl2", "fin", "nobody", "192.0.2.1", "PVE1", "and"],
      ],
    },
    { text: CONFIG, hosts: ["m1", "pve1"], user: "joe" },
    { text: INSIDE, hosts: ["outer", "other"] },
    { text: "", hosts: ["pve1"] },
    { text: "Host=a\n\tUser\t=\tx\nHost b\nUSER y\n", hosts: ["a", "b"] },
    { text: "ProxyJump none\nHost a\nProxyJump b\nHost *\nIdentityAgent none\n", hosts: ["a"] },
  ])
    for (const host of hosts)
      it(`says of ${host}${user ? ` as ${user}` : ""} what OpenSSH understands (${text.split("\n").length} lines)`, () => {
        const [mine, other] = [ours(text, host, user), theirs(text, host, user)];
        const seen = Object.fromEntries(
          KEYS.flatMap((key) => (mine.has(key) && mine.get(key)?.[0] !== "none" ? [[key, said(key, mine, host)]] : [])),
        );
        const want = Object.fromEntries(Object.keys(seen).map((key) => [key, other.get(key)]));
        // Who is named on the command line is that user, whatever the file says; here that is the caller's to do.
        expect(user ? { ...seen, user } : seen).to.deep.equal(user ? { ...want, user } : want);
        // What we have no word for is what OpenSSH has by itself.
        for (const key of ["port", "proxyjump", "hostkeyalias"].filter(
          (one) => !mine.has(one) || mine.get(one)?.[0] === "none",
        ))
          expect(other.get(key) ?? ["22"], key).to.deep.equal(["22"]);
      });

  const said = (key: string, options: SshOptions, host: string): string[] => {
    const values = options.get(key) ?? [];
    if (key === "hostname") return values.map((name) => name.replaceAll("%h", host).toLowerCase());
    if (key === "userknownhostsfile") return [values.join(" ")];
    return [...values];
  };

  for (const { what, text, words } of [
    { what: "Match exec", text: "Match exec true\n  User a\n", words: "config:1 for pve1: it has Match exec" },
    {
      what: "Match exec behind what fits",
      text: "Match originalhost pve1 exec true\n",
      words: "no command of it is run",
    },
    { what: "a Match that is new", text: "Match tagged x\n", words: "pve:ssh.config be another file, or none" },
  ])
    it(`refuses ${what} in words, and runs nothing`, () => {
      expect(() => ours(text, "pve1")).to.throw(words);
    });

  it("does not mind a Match exec that is for others", () => {
    expect(ours("Match originalhost pve2 exec false\n  User a\n", "pve1").size).to.equal(0);
  });

  it("that includes itself is refused", () => {
    writeFileSync(join(home, ".ssh/loop.conf"), "Include loop.conf\n");
    expect(() => ours("Include loop.conf\n", "pve1")).to.throw("included in itself");
  });
});
