import { expect } from "chai";
import type { Edit } from "#providers/host/edit/edit.ts";
import { laws } from "./laws.ts";
import { shapes } from "./shapes.ts";
import { all, untouched, walked } from "./walk.ts";

const blocks = (text: string): Edit => ({ kind: "block", text });
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
});
