import { expect } from "chai";
import { privilegesOf } from "../../lab/access/privileges.ts";
import { presets } from "../../providers/access/presets.ts";

describe("the presets", () => {
  for (const [name, privileges] of Object.entries(presets))
    for (const { major, release } of [
      { major: 8, release: "8.4" },
      { major: 9, release: "9.2" },
    ] as const)
      it(`${name} has only privileges that ${release} knows, each once`, () => {
        const wanted = privileges(major);
        expect(wanted.filter((privilege) => !privilegesOf(release).has(privilege))).to.deep.equal([]);
        expect(new Set(wanted).size).to.equal(wanted.length);
      });
});
