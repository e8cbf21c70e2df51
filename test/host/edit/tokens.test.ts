import { expect } from "chai";
import { Trouble } from "#providers/core/trouble.ts";
import { applied, type Found, removed, standing } from "#providers/host/edit/edit.ts";
import { withWords } from "#providers/host/edit/tokens.ts";
import { walked } from "./walk.ts";

const start = (text: string): Found => ({ path: "/etc/kernel/cmdline", text, record: { made: false, words: [] } });

function done(found: Found, name: string, ...tokens: string[]): Found {
  const next = tokens.length > 0 ? applied(found, { kind: "tokens", tokens }, name) : removed(found, name);
  if (next instanceof Trouble) throw next;
  return { path: found.path, text: next.text, record: next.record };
}

describe("words of a command line", () => {
  for (const { what, text, tokens, becomes } of [
    { what: "are put behind the last one", text: "root=x  \n", tokens: ["a", "b=1"], becomes: "root=x a b=1  \n" },
    { what: "are put before a carriage return", text: "root=x\r\nb\r\n", tokens: ["a"], becomes: "root=x a\r\nb\r\n" },
    { what: "leave the other lines alone", text: "root=x\na\n", tokens: ["a"], becomes: "root=x a\na\n" },
    {
      what: "may hold blanks in quotes",
      text: 'root=x a="b c"',
      tokens: ['d="e f"'],
      becomes: 'root=x a="b c" d="e f"',
    },
    { what: "are not put where they stand", text: "root=x a b=1\n", tokens: ["b=1", "a"], becomes: "root=x a b=1\n" },
    {
      what: "are not put where they stand in quotes",
      text: 'root=x "b=1" c="2"',
      tokens: ["b=1", "c=2"],
      becomes: 'root=x "b=1" c="2"',
    },
    {
      what: "are not put where they stand with other dashes",
      text: "root=x vfio-pci.ids=1:2",
      tokens: ["vfio_pci.ids=1:2"],
      becomes: "root=x vfio-pci.ids=1:2",
    },
    {
      what: "are not put where a list has them",
      text: "root=x intel_iommu=on,sm_on",
      tokens: ["intel_iommu=on"],
      becomes: "root=x intel_iommu=on,sm_on",
    },
    {
      what: "are not put where another spelling says yes",
      text: "root=x kvm.ignore_msrs=Y",
      tokens: ["kvm.ignore_msrs=1"],
      becomes: "root=x kvm.ignore_msrs=Y",
    },
    {
      what: "that may stand twice stand twice",
      text: "root=x console=ttyS0 pci=nommconf video=vesafb:off",
      tokens: ["console=tty1", "pci=noaer", "video=efifb:force"],
      becomes: "root=x console=ttyS0 pci=nommconf video=vesafb:off console=tty1 pci=noaer video=efifb:force",
    },
    {
      what: "are as the last of two says",
      text: "root=x iommu=soft iommu=pt",
      tokens: ["iommu=pt"],
      becomes: "root=x iommu=soft iommu=pt",
    },
    {
      what: "count in the first line alone",
      text: "root=x\niommu=pt\n",
      tokens: ["iommu=pt"],
      becomes: "root=x iommu=pt\niommu=pt\n",
    },
  ])
    it(what, () => {
      const there = done(start(text), "gpu", ...tokens);
      expect(there.text).to.equal(becomes);
      expect(standing(there, "gpu")).to.equal(tokens.join(" "));
      expect(done(there, "gpu")).to.deep.equal(start(text));
    });

  for (const { what, line, token, found } of [
    { what: "another value", line: "root=x iommu=soft", token: "iommu=pt", found: "iommu=soft" },
    { what: "another last value", line: "root=x iommu=pt iommu=off", token: "iommu=pt", found: "iommu=off" },
    {
      what: "the same console, set otherwise",
      line: "root=x console=ttyS0,9600",
      token: "console=ttyS0",
      found: "console=ttyS0,9600",
    },
    {
      what: "the same screen, set otherwise",
      line: "root=x video=efifb:off",
      token: "video=efifb:force",
      found: "video=efifb:off",
    },
  ])
    it(`that have ${what} already are told, not added`, () => {
      const { text, words, clashes } = withWords(`${line}\n`, { tokens: [token, "a"] }, "gpu", []);
      expect(clashes).to.deep.equal([{ token, found, by: undefined }]);
      expect(text).to.equal(`${line} a\n`);
      expect(words).to.deep.equal([{ by: "gpu", word: "a", ours: true }]);
    });

  it("that are to come last do so behind one that says otherwise, and go again", () => {
    const edit = { kind: "tokens", tokens: ["video=efifb:force", "iommu=pt", "quiet"], last: true } as const;
    const before = start("root=x video=efifb:off quiet iommu=pt iommu=off\n");
    const there = walked(before, [{ name: "gpu", edit }]);
    expect(there.text).to.equal("root=x video=efifb:off quiet iommu=pt iommu=off video=efifb:force iommu=pt\n");
    expect(standing(there, "gpu")).to.equal("video=efifb:force iommu=pt quiet");
    expect(walked(there, [{ name: "gpu", edit }])).to.deep.equal(there);
    expect(done(there, "gpu")).to.deep.equal(before);
  });

  it("that were there before stay when we go", () => {
    const there = done(start("root=x iommu=pt\n"), "gpu", "intel_iommu=on", "iommu=pt");
    expect(there.text).to.equal("root=x iommu=pt intel_iommu=on\n");
    expect(done(there, "gpu").text).to.equal("root=x iommu=pt\n");
  });

  it("that were there before and that somebody took out are ours when we bring them back", () => {
    const there = done(start("root=x iommu=pt\n"), "gpu", "iommu=pt");
    const again = done({ ...there, text: "root=x\n" }, "gpu", "iommu=pt");
    expect(again.text).to.equal("root=x iommu=pt\n");
    expect(done(again, "gpu").text).to.equal("root=x\n");
  });

  it("that two of us want go with the last of them", () => {
    const both = done(done(start("root=x\n"), "a", "iommu=pt"), "b", "iommu=pt", "quiet");
    expect(done(both, "a").text).to.equal("root=x iommu=pt quiet\n");
    expect(done(done(both, "a"), "b")).to.deep.equal(start("root=x\n"));
    expect(done(done(both, "b"), "a")).to.deep.equal(start("root=x\n"));
  });

  it("that we changed leave nothing of what they were", () => {
    const there = done(done(start("root=x\n"), "gpu", "iommu=pt", "a"), "gpu", "iommu=soft", "a");
    expect(there.text).to.equal("root=x a iommu=soft\n");
    expect(done(there, "gpu")).to.deep.equal(start("root=x\n"));
  });

  it("that another of us set otherwise are told with its name", () => {
    const there = done(start("root=x\n"), "a", "iommu=pt");
    expect(() => done(there, "b", "iommu=soft")).to.throw(/iommu=pt stands there, from the resource "a"/);
  });

  it("that somebody moved, or took out, go without harm to the others", () => {
    const there = done(start("root=x b\n"), "gpu", "iommu=pt", "a");
    expect(done({ ...there, text: "iommu=pt root=x\t a b\n" }, "gpu").text).to.equal("root=x\t b\n");
    expect(standing({ ...there, text: "root=x b a\n" }, "gpu")).to.equal("a");
    expect(done({ ...there, text: "root=x b\n" }, "gpu").text).to.equal("root=x b\n");
    expect(done({ ...there, text: "root=x iommu=pts a=1\n" }, "gpu").text).to.equal("root=x iommu=pts a=1\n");
  });

  it("that were taken out by a removal which was then cut off are gone, though one that was there before stays", () => {
    const there = done(start("root=x quiet\n"), "gpu", "quiet", "iommu=pt");
    expect(standing(there, "gpu")).to.equal("quiet iommu=pt");
    expect(standing({ ...there, text: "root=x quiet\n" }, "gpu")).to.equal(undefined);
    const theirs = done(start("root=x quiet\n"), "gpu", "quiet");
    expect(standing(theirs, "gpu")).to.equal("quiet");
  });
});
