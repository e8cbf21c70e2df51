import { expect } from "chai";
import fc from "fast-check";
import { nearest } from "#providers/core/nearest.ts";

describe("the word that was meant", () => {
  const known = ["host", "gpus", "mode", "persist", "kernelParameters", "disableVga", "reboot"];
  for (const [typed, meant] of [
    ["hots", "host"],
    ["gpu", "gpus"],
    ["Mode", "mode"],
    ["kernelparameter", "kernelParameters"],
    ["disablevga", "disableVga"],
    ["rebot", "reboot"],
    ["xyz", undefined],
    ["", undefined],
  ] as const)
    it(`for ${JSON.stringify(typed)} is ${meant ?? "none"}`, () => expect(nearest(typed, known)).to.equal(meant));

  it("is the word itself, or one that is a single slip away", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{4,10}$/), fc.nat(), (word, at) => {
        const i = at % (word.length - 1);
        const swapped = word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2);
        const dropped = word.slice(0, i) + word.slice(i + 1);
        for (const typed of [word, swapped, dropped]) expect(nearest(typed, ["0123456789012345", word])).to.equal(word);
      }),
    );
  });
});
