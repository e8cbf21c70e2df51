import { expect } from "chai";
import fc from "fast-check";
import { lineDiff } from "#providers/core/line-diff.ts";

const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 });

/** What is left of the old lines, and what of the new ones comes back, when a difference is gone by. */
function applied(then: readonly string[], difference: readonly string[]): string[] {
  const went = difference.filter((line) => line.startsWith("- ")).map((line) => line.slice(2));
  const rest = [...then];
  for (const line of went) rest.splice(rest.indexOf(line), 1);
  return [...rest, ...difference.filter((line) => line.startsWith("+ ")).map((line) => line.slice(2))].toSorted();
}

describe("what changed in a text", () => {
  for (const [what, then, now, said] of [
    ["a line in the middle and one at the end", "a b c d", "a x c d y", "- b + x + y"],
    ["a line that went", "a b c", "a c", "- b"],
    ["a line that came", "a c", "a b c", "+ b"],
    ["lines that changed places", "a b", "b a", "+ b - b"],
    ["all of it", "a b", "c", "- a - b + c"],
    ["nothing", "a b", "a b", ""],
  ] as const)
    it(`is ${what}, and no more is told`, () => {
      expect(lineDiff(then.split(" "), now.split(" ")).join(" ")).to.equal(said);
    });

  it("is what makes the one of the other", () => {
    fc.assert(
      fc.property(lines, lines, (then, now) => {
        expect(applied(then, lineDiff(then, now))).to.deep.equal(now.toSorted());
      }),
    );
  });

  it("is told in whole where there are too many lines to look for what they share", () => {
    const [then, now] = ["x", "y"].map((mark) => Array.from({ length: 1001 }, (_, n) => `${mark}${n}`));
    expect(lineDiff(then ?? [], now ?? [])).to.have.length(2002);
  });
});
