import { expect } from "chai";
import fc from "fast-check";
import { blockIn, withBlock } from "#providers/host/edit/block.ts";

const where = "/etc/motd";
const line = fc.stringMatching(/^[ -~\t]{0,12}\r?$/);
const text = fc.tuple(fc.array(line, { maxLength: 6 }), fc.boolean()).map(([lines, open]) => {
  const joined = lines.join("\n");
  return open || joined === "" ? joined : `${joined}\n`;
});
const name = fc.stringMatching(/^[a-z][a-z0-9 -]{0,8}[a-z0-9]$/);
const body = fc
  .array(fc.stringMatching(/^[ -~]{0,12}$/), { minLength: 1, maxLength: 4 })
  .map((lines) => lines.join("\n"))
  .filter((body) => !body.endsWith("\\"));

describe("a marked block in a text", () => {
  it("can be added and removed, and every byte is as before", () => {
    fc.assert(
      fc.property(text, name, body, (before, name, body) => {
        const added = withBlock(before, name, body, where);
        expect(blockIn(added, name, where)).to.equal(body);
        expect(withBlock(added, name, undefined, where)).to.equal(before);
      }),
      { numRuns: 2000 },
    );
  });

  it("added twice is there once", () => {
    fc.assert(
      fc.property(text, name, body, (before, name, body) => {
        const once = withBlock(before, name, body, where);
        expect(withBlock(once, name, body, where)).to.equal(once);
      }),
    );
  });

  it("is changed without a byte outside its marks changing", () => {
    fc.assert(
      fc.property(text, name, body, body, (before, name, one, other) => {
        const direct = withBlock(before, name, other, where);
        expect(withBlock(withBlock(before, name, one, where), name, other, where)).to.equal(direct);
      }),
    );
  });

  it("stays with others' blocks, whoever comes and goes first", () => {
    const two = fc.uniqueArray(name, { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(text, two, body, body, (before, [a = "", b = ""], one, other) => {
        const both = withBlock(withBlock(before, a, one, where), b, other, where);
        expect(blockIn(both, a, where)).to.equal(one);
        for (const order of [
          [a, b],
          [b, a],
        ]) {
          const left = order.reduce((text, name) => withBlock(text, name, undefined, where), both);
          expect(left).to.equal(before);
        }
      }),
    );
  });

  for (const { broken, text, words } of [
    { broken: "a BEGIN alone", text: "# BEGIN pve-ops-managed x\n", words: /BEGIN on line 1, END on no line/ },
    { broken: "an END alone", text: "a\n# END pve-ops-managed x\n", words: /BEGIN on no line, END on line 2/ },
    {
      broken: "END before BEGIN",
      text: "# END pve-ops-managed x\n# BEGIN pve-ops-managed x\n",
      words: /BEGIN on line 2, END on line 1/,
    },
    {
      broken: "two of them",
      text: "# BEGIN pve-ops-managed x\n# END pve-ops-managed x\n".repeat(2),
      words: /BEGIN on line 1 and 3, END on line 2 and 4/,
    },
  ])
    it(`is not guessed at where its marks are broken: ${broken}`, () => {
      expect(() => withBlock(text, "x", "body", where)).to.throw(words);
      expect(() => withBlock(text, "x", undefined, where)).to.throw(words);
      expect(() => blockIn(text, "x", where)).to.throw(words);
    });
});
