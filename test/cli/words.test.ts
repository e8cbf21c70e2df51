import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import { nodeIn } from "../../cli/hosts/node.ts";
import { painted, wantsColour } from "../../cli/paint.ts";
import { headed, table } from "../../cli/table.ts";

describe("what the operator's commands print", () => {
  it("stands in columns as wide as their widest word, without the empty ones, and no line ends in a blank", () => {
    expect(
      table([
        ["a", "", "bbb"],
        ["aa", "", "b"],
      ]),
    ).equals("  a   bbb\n  aa  b\n");
    expect(headed(["x", "nothing"], [["1", ""]])).equals("  x\n  1\n");
    expect(headed(["x"], [])).equals("");
    const cell = fc.stringMatching(/^[a-zäß✔ ]{0,8}$/);
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 6 }), (rows) => {
        expect(table(rows)).not.matches(/[ \t]\n/);
      }),
    );
  });

  it("has its marks coloured on a terminal alone, and not where NO_COLOR is set; the words are the same", () => {
    const words = "pve1\n  ✔ fine\n      → do it\n    - old\n  0000:01:00.0 - x\n";
    const shown = painted(words);
    expect(stripVTControlCharacters(shown)).equals(words);
    expect(shown).includes("  \u001b[32m✔\u001b[0m fine").and.includes("0000:01:00.0 - x");
    expect(wantsColour({ isTTY: true }, {})).equals(true);
    expect(wantsColour({ isTTY: true }, { NO_COLOR: "1" })).equals(false);
    expect(wantsColour({}, {})).equals(false);
  });

  const said = (name: string, text: string) => `said :${name} %${Buffer.from(text).toString("base64")}`;
  const HA = "quorum OK\nmaster pve2 (active, x)\nlrm pve1 (maintenance mode, x)\nlrm pve11 (idle, x)\n";
  for (const [name, maintenance] of [
    ["pve1", true],
    ["pve11", false],
    ["pve1.example.org", true],
  ] as const)
    it(`tells of ${name} that it is ${maintenance ? "" : "not "}in maintenance, by what ha-manager says`, () => {
      const lines = [
        `name :${name}`,
        said("ha", HA),
        said("version", "9.2.11"),
        "kernel :6.9-pve",
        "kernel :6.10-pve",
        "end",
      ];
      expect(nodeIn(lines, "pve1")).deep.include({ maintenance, version: "9.2.11", kernels: ["6.9-pve", "6.10-pve"] });
    });

  it("cannot tell where the host stopped in the middle", () => {
    expect(() => nodeIn(["name :pve1"], "pve1")).throws("asking pve1 how it is: it stopped in the middle");
  });
});
