import { expect } from "chai";
import type { Edit } from "#providers/host/edit/edit.ts";
import { moduleLines } from "#providers/host/edit/modprobe.ts";
import { linesToMute } from "#providers/host/edit/muted.ts";
import { laws } from "./laws.ts";
import { shapes } from "./shapes.ts";
import { all, type Turn, untouched, walked } from "./walk.ts";

const blocks = (text: string): Edit => ({ kind: "block", text });
const mutes: Turn["edit"] = ({ path, text = "" }) => {
  const lines = linesToMute(path, text, () => true);
  return lines.length === 0 ? undefined : { kind: "muted", lines };
};
const tokens = (...tokens: string[]): Edit => ({ kind: "tokens", tokens });

describe("a file that resources edit", () => {
  laws(2000);

  it("is as before with each shape that files have", () => {
    for (const { kind, name, text } of shapes) {
      const start = untouched(text, `/etc/${kind}/${name}`);
      const [one, other] =
        kind === "kernel-cmdline"
          ? [tokens("iommu=pt", "pci=noaer"), tokens("pci=noaer")]
          : [blocks("a\nb"), blocks("c")];
      const both = walked(start, [
        { name: "a", edit: one },
        { name: "b", edit: one },
        { name: "a", edit: other },
      ]);
      // A byte order mark before root= makes another word of it.
      if (kind === "kernel-cmdline" && text.startsWith("\xef\xbb\xbfroot=")) continue;
      expect(both.text, name).not.to.equal(text);
      expect(walked(both, all(["a", "b"])), name).to.deep.equal(start);
      expect(walked(both, all(["b", "a"])), name).to.deep.equal(start);
    }
  });

  it("is as before with each line of modprobe.d muted, by two and with a block between", () => {
    for (const { kind, name, text } of shapes.filter(({ kind }) => kind === "modprobe.d")) {
      const start = untouched(text, `/etc/${kind}/${name}`);
      const both = walked(start, [
        { name: "a", edit: mutes },
        { name: "c", edit: blocks("blacklist c") },
        { name: "b", edit: mutes },
      ]);
      expect(moduleLines(start.path, both.text ?? "").map(({ name }) => name)).to.deep.equal(["c"]);
      for (const order of ["abc", "bca", "cab"])
        expect(walked(both, all(order.split(""))), `${name}, ${order}`).to.deep.equal(start);
    }
  });
});
