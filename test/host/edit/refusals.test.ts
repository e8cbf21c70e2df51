import { expect } from "chai";
import { Trouble } from "#providers/core/trouble.ts";
import { applied, type Edit, type Found, removed, standing } from "#providers/host/edit/edit.ts";
import { originsIn } from "#providers/host/edit/origin.ts";
import { ownerIn } from "#providers/host/edit/owned.ts";
import { walked } from "./walk.ts";

const path = "/etc/modprobe.d/x.conf";
const block: Edit = { kind: "block", text: "blacklist nouveau" };
const file = (text: string | undefined, at = path): Found => ({ path: at, text, record: { made: false, words: [] } });
const [begin, end] = ["# BEGIN pve-ops-managed gpu", "# END pve-ops-managed gpu"];

const wordsOf = (result: unknown) => (result instanceof Trouble ? result.message : "no refusal");

describe("a file that is refused", () => {
  for (const { what, text, words } of [
    { what: "a mark in capitals", text: `# begin pve-ops-managed gpu\na\n${end}\n`, words: /line 1 was a mark of it/ },
    { what: "a blank behind a mark", text: `${begin} \na\n${end}\n`, words: /line 1 was a mark of it and was edited/ },
    { what: "a blank before a mark", text: `${begin}\na\n  ${end}\n`, words: /line 3 was a mark of it/ },
    { what: "a mark without its blank", text: `#BEGIN pve-ops-managed gpu\na\n${end}\n`, words: /line 1 was a mark/ },
    { what: "a byte order mark in front", text: `\xef\xbb\xbf${begin}\na\n${end}\n`, words: /line 1 was a mark/ },
    {
      what: "another's mark in it",
      text: `x\n${begin}\n# BEGIN pve-ops-managed b\n${end}\n`,
      words: /stand in it, on line 3/,
    },
    {
      what: "another's edited mark in it",
      text: `${begin}\n# begin pve-ops-managed b\n${end}\n`,
      words: /marks of others stand in it, on line 2/,
    },
    {
      what: "another's block around it",
      text: `# BEGIN pve-ops-managed b\n${begin}\n${end}\n# END pve-ops-managed b\n`,
      words: /it stands in the block "b", from line 1 to 4/,
    },
    { what: "half of it", text: `${begin}\na\n`, words: /BEGIN on line 1, END on no line/ },
  ])
    it(`says where it is broken, whatever is to be done with it: ${what}`, () => {
      const found = file(text);
      for (const result of [applied(found, block, "gpu"), removed(found, "gpu"), standing(found, "gpu")])
        expect(wordsOf(result)).to.match(words).and.contain(path);
    });

  for (const { what, text, at, edit, words } of [
    {
      what: "another's block that ends nowhere",
      text: "# BEGIN pve-ops-managed b\na\n",
      words: /"b" begins on line 1 and ends nowhere/,
    },
    {
      what: "a line above the mark that takes it in",
      text: `a \\\n${begin}\nb\n${end}\n`,
      words: /line 1 ends with a backslash/,
    },
    {
      what: "a file that another one owns",
      text: "# pve-ops-managed: b. Changes here are reverted.\n",
      words: /belongs to the resource "b"/,
    },
    {
      what: "an open quote in a shell file",
      text: 'A=1\nB="\nC=2\n',
      at: "/etc/default/x",
      words: /a double quote begins on line 2/,
    },
    {
      what: "an open here-document",
      text: "cat <<E\nx\n",
      at: "/etc/default/x",
      words: /a here-document begins on line 1/,
    },
    {
      what: "an open condition",
      text: "if true; then\nA=1\n",
      at: "/etc/default/x",
      words: /a compound command begins on line 1/,
    },
    {
      what: "a last line that goes on",
      text: "A=1 \\\n",
      at: "/etc/default/x",
      words: /a line that goes on begins on line 1/,
    },
    {
      what: "a block that looks like a mark",
      text: "",
      edit: { kind: "block", text: "x\n# end pve-ops-managed y" },
      words: /looks like a mark/,
    },
    {
      what: "a block that would take in its mark",
      text: "",
      edit: { kind: "block", text: "x \\" },
      words: /ends with a backslash/,
    },
    {
      what: "somebody's file where one is to be owned",
      text: "x\n",
      edit: { kind: "owned", text: "y" },
      words: /somebody else's file/,
    },
    {
      what: "another's file where one is to be owned",
      text: "# pve-ops-managed: b. Changes here are reverted.\n",
      edit: { kind: "owned", text: "y" },
      words: /belongs to the resource "b"/,
    },
    {
      what: "a command line without root=",
      text: "\nroot=x\n",
      edit: { kind: "tokens", tokens: ["a"] },
      words: /its first line, .* has no root=/,
    },
    {
      what: "a command line with an open quote",
      text: 'root=x a="b\n',
      edit: { kind: "tokens", tokens: ["a"] },
      words: /a quote on line 1/,
    },
    {
      what: "no command line",
      text: undefined,
      edit: { kind: "tokens", tokens: ["a"] },
      words: /there is no such file/,
    },
    {
      what: "two words for one",
      text: "root=x\n",
      edit: { kind: "tokens", tokens: ["a b"] },
      words: /"a b" is not one word/,
    },
    {
      what: "a parameter of another value",
      text: "root=x iommu=soft\n",
      edit: { kind: "tokens", tokens: ["iommu=pt"] },
      words: /iommu=soft stands there, and iommu=pt is wanted/,
    },
  ] satisfies { what: string; text: string | undefined; at?: string; edit?: Edit; words: RegExp }[])
    it(`is not written to: ${what}`, () => {
      const found = file(text, at);
      expect(wordsOf(applied(found, edit ?? block, "gpu"))).to.match(words);
      expect(removed(found, "c")).to.deep.include({ text });
    });

  for (const name of ["", " a", "a ", "a\nb", "a\tb\x07", "\ud800", "a\\"])
    it(`is not marked with a name that could not be found again: ${JSON.stringify(name)}`, () => {
      expect(wordsOf(applied(file("x\n"), block, name))).to.match(/this name cannot stand in a mark/);
      expect(wordsOf(applied(file(undefined), { kind: "owned", text: "x" }, name))).to.match(/cannot stand in a mark/);
    });
});

describe("a file that is written to", () => {
  it("has its block above a line that goes on", () => {
    const next = applied(file("a\noptions kvm \\\n  x=1 \\\n"), block, "gpu");
    expect(next).to.deep.include({ text: `a\n${begin}\nblacklist nouveau\n${end}\noptions kvm \\\n  x=1 \\\n` });
  });

  it("has its block with plain line ends, whatever its own are: to kmod a carriage return is a part of the name", () => {
    const next = walked(file("a\r\nb"), [{ name: "gpu", edit: block }]);
    expect(next).to.deep.include({ text: `a\r\nb\n${begin}\nblacklist nouveau\n${end}` });
    expect(removed(next, "gpu")).to.deep.include({ text: "a\r\nb" });
  });

  it("is not what it was when an editor gave it other line ends, and goes nevertheless", () => {
    const text = `a\r\n${begin}\r\nblacklist nouveau\r\n${end}\r\nb\r\n`;
    expect(standing(file(text), "gpu")).to.equal("blacklist nouveau\r");
    expect(applied(file(text), block, "gpu")).to.deep.include({
      text: `a\r\n${begin}\nblacklist nouveau\n${end}\nb\r\n`,
    });
    expect(removed(file(text), "gpu")).to.deep.include({ text: "a\r\nb\r\n" });
  });

  it("is there as long as somebody needs it, and not longer", () => {
    const both = walked(file(undefined), [
      { name: "a", edit: block },
      { name: "b", edit: block },
      { name: "a", edit: undefined },
    ]);
    expect(both).to.deep.include({ text: "# BEGIN pve-ops-managed b\nblacklist nouveau\n# END pve-ops-managed b\n" });
    expect(removed(both, "b")).to.deep.include({ text: undefined });
    expect(removed({ ...both, text: `${both.text}x\n` }, "b")).to.deep.include({ text: "x\n" });
  });

  it("that is wholly ours is told from one that was edited, another's and somebody's", () => {
    const next = applied(file(undefined), { kind: "owned", text: "x" }, "gpu");
    const text = next instanceof Trouble ? undefined : next.text;
    expect(text).to.equal("# pve-ops-managed: gpu. Changes here are reverted.\nx\n");
    expect(ownerIn(text ?? "")).to.equal("gpu");
    expect(ownerIn(`${text}y\n`)).to.equal("gpu");
    expect(ownerIn("x\n")).to.equal(undefined);
  });

  it("that is a script of ours begins with what runs it, and is known by its second line, whatever runs it", () => {
    const next = applied(file(undefined), { kind: "owned", text: "modprobe vfio-pci", script: true }, "gpu");
    const text = next instanceof Trouble ? "" : (next.text ?? "");
    expect(text).to.equal("#!/bin/sh\n# pve-ops-managed: gpu. Changes here are reverted.\nmodprobe vfio-pci\n");
    expect(standing(file(text), "gpu")).to.equal(text);
    const edited = text.replace("#!/bin/sh", "#!/bin/bash -x");
    expect(ownerIn(edited)).to.equal("gpu");
    expect(wordsOf(applied(file(edited), { kind: "owned", text: "x" }, "b"))).to.match(/belongs to the resource "gpu"/);
    expect(originsIn(text)[2]).to.deep.equal({ by: "us", name: "gpu" });
    expect(removed({ ...file(text), record: { made: true, words: [] } }, "gpu")).to.deep.include({ text: undefined });
  });
});
