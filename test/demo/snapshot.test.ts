import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { differences, snapshot } from "../../demo/snapshot.ts";

describe("the demo's proof that all is as before", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pve-ops-snapshot-"));
    mkdirSync(join(folder, "etc"));
    for (const file of ["a", "etc/b"]) writeFileSync(join(folder, file), file);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const { what, change, says } of [
    { what: "nothing", change: () => {}, says: [] },
    { what: "a byte", change: () => writeFileSync(join(folder, "a"), "A"), says: ["a is not as it was"] },
    { what: "a mode", change: () => chmodSync(join(folder, "etc/b"), 0o600), says: ["etc/b is not as it was"] },
    { what: "a file that went", change: () => rmSync(join(folder, "a")), says: ["a is gone"] },
    {
      what: "a file that came",
      change: () => writeFileSync(join(folder, "etc/c"), ""),
      says: ["etc/c was not there before"],
    },
  ])
    it(`sees ${what}`, () => {
      const before = snapshot(folder);
      change();
      expect(differences(before, snapshot(folder))).to.deep.equal(says);
    });
});
