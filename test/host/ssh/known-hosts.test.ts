import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { entriesFor, nameInKnownHosts, verdictOn } from "../../../providers/host/ssh/known-hosts.ts";

const ED = { type: "ssh-ed25519", blob: "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl" };
const OTHER = { type: "ssh-ed25519", blob: "AAAAC3NzaC1lZDI1NTE5AAAAIKG0R6Yp4hUIB9EDrCLVdG0xFVfKcpW5HuXJjvYaxCMb" };
const RSA = { type: "ssh-rsa", blob: "AAAAB3NzaC1yc2EAAAADAQABAAAAQQDAtHVRvMQvOGfyIMGbWG1BYMYTGgWO" };
const line = (hosts: string, key = ED, marker = "") => `${marker}${hosts} ${key.type} ${key.blob} comment\n`;
const in_ = (text: string) => [{ path: "known_hosts", text }];
const about = (text: string, name = "pve1", key = ED) => verdictOn(entriesFor(in_(text), name), key);

describe("a file of known hosts", () => {
  for (const { what, text, name, is } of [
    { what: "a plain name", text: line("pve1"), is: "known" },
    { what: "one of several names", text: line("pve0,pve1,192.0.2.1"), is: "known" },
    { what: "a name in capitals", text: line("PVE1"), is: "known" },
    { what: "another key of the same type", text: line("pve1", OTHER), is: "changed" },
    { what: "the right key beside another one", text: line("pve1", OTHER) + line("pve1"), is: "known" },
    { what: "a key of another type alone", text: line("pve1", RSA), is: "unknown" },
    { what: "another host", text: line("pve2"), is: "unknown" },
    { what: "nothing", text: "", is: "unknown" },
    {
      what: "comments, blank lines and lines that are none",
      text: `# pve1\n\npve1\npve1 ssh-ed25519\n`,
      is: "unknown",
    },
    { what: "a port", text: line("[pve1]:2222"), name: "[pve1]:2222", is: "known" },
    { what: "another port", text: line("[pve1]:2222"), is: "unknown" },
    { what: "a pattern", text: line("pve?,*.example"), is: "known" },
    { what: "a pattern that leaves it out", text: line("pve*,!pve1"), is: "unknown" },
    { what: "a revoked key", text: line("pve1", ED, "@revoked "), is: "revoked" },
    { what: "a revoked key that is also known", text: line("pve1") + line("*", ED, "@revoked "), is: "revoked" },
    { what: "another key that is revoked", text: line("pve1") + line("*", OTHER, "@revoked "), is: "known" },
    { what: "an authority", text: line("*", ED, "@cert-authority "), is: "unknown" },
    { what: "a mark that nobody knows", text: line("pve1", ED, "@new "), is: "unknown" },
    { what: "lines that end as on Windows", text: line("pve1").replace(" comment\n", "\r\n"), is: "known" },
  ])
    it(`with ${what} says that the host is ${is}`, () => {
      expect(about(text, name).is).to.equal(is);
    });

  it("names file and line of what it says", () => {
    const text = `# first\n${line("pve1", OTHER)}`;
    expect(about(text)).to.deep.include({ is: "changed", old: { marker: "", at: "known_hosts:2", ...OTHER } });
    expect(about(line("pve1", RSA))).to.deep.include({ others: [{ marker: "", at: "known_hosts:1", ...RSA }] });
  });

  it("calls a host by its port as well, unless it is the usual one", () => {
    expect([nameInKnownHosts("PVE1", 22), nameInKnownHosts("::1", 2222)]).to.deep.equal(["pve1", "[::1]:2222"]);
  });

  describe("beside ssh-keygen -F", () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "pve-ops-known-"));
    });
    after(() => rmSync(folder, { recursive: true }));

    const file = () => join(folder, "known_hosts");
    const theirs = (name: string): number[] =>
      [
        ...spawnSync("ssh-keygen", ["-F", name, "-f", file()], { encoding: "utf8" }).stdout.matchAll(
          /found: line (\d+)/g,
        ),
      ]
        .map(([, n]) => Number(n))
        .toSorted((a, b) => a - b);
    const ours = (name: string): number[] =>
      entriesFor(in_(readFileSync(file(), "utf8")), name).map(({ at }) => Number(at.split(":").at(-1)));

    it("finds hashed names as it does", () => {
      const names = ["pve1", "pve2.example", "192.0.2.1", "[pve1]:2222", "[::1]:2222", "2001:db8::1"];
      writeFileSync(file(), names.map((name) => line(name)).join(""));
      execFileSync("ssh-keygen", ["-H", "-f", file()], { stdio: "ignore" });
      expect(readFileSync(file(), "utf8")).to.not.include("pve1");
      for (const name of [...names, "pve", "[pve1]:22"]) expect(ours(name), name).to.deep.equal(theirs(name));
      expect(ours("[pve1]:2222")).to.deep.equal([4]);
    });

    it("finds names, patterns, ports, marks and nonsense as it does", () => {
      const letters = fc.string({ unit: fc.constantFrom("a", "b", ".", "*", "?"), minLength: 1, maxLength: 4 });
      const word = fc.array(fc.constantFrom("a", "b.a", "[a]:22", "[a.b]:2222", "!a", "!*b", "A", "*", "?", "[*]:*"), {
        minLength: 1,
        maxLength: 3,
      });
      const marks = fc.constantFrom("", "", "", "@revoked ", "@cert-authority ", " ", "\t", "#", "@what ");
      const lines = fc.array(
        word.map((words) => words.join(",")),
        { minLength: 1, maxLength: 12 },
      );
      const NAMES = ["a", "b", "ab", "a.b", "b.a", "[a]:2222", "[a.b]:2222", "[a]:22"];
      fc.assert(
        fc.property(
          lines,
          fc.array(marks, { minLength: 12, maxLength: 12 }),
          fc.array(letters),
          fc.constantFrom(...NAMES),
          (hosts, mark, more, name) => {
            writeFileSync(file(), [...hosts, ...more].map((text, n) => line(text, ED, mark[n] ?? "")).join(""));
            expect(ours(name)).to.deep.equal(theirs(name));
          },
        ),
        { numRuns: 60 },
      );
    });
  });
});
