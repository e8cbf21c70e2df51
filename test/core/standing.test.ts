import { expect } from "chai";
import fc from "fast-check";
import type { Standing } from "#providers/core/kind.ts";
import { conflicts, conflictWords, isNothing } from "#providers/core/standing.ts";

const path = fc.constantFrom("/etc/motd", "/etc/issue", "/etc/modules");
const standing = fc
  .tuple(
    fc.dictionary(path, fc.constantFrom("a", "b", "c")),
    fc.dictionary(fc.constantFrom("/roles/X"), fc.jsonValue()),
  )
  .map(([files, objects]): Standing => ({ files, objects }));

describe("what stands there", () => {
  it("is in nobody's way where it is as it was left or as it is wanted", () => {
    fc.assert(
      fc.property(standing, standing, (left, wanted) => {
        expect(conflicts(left, left, wanted)).to.deep.equal([]);
        expect(conflicts(wanted, left, wanted)).to.deep.equal([]);
      }),
    );
  });

  it("is in the way exactly where it is neither, part by part", () => {
    fc.assert(
      fc.property(standing, standing, standing, (live, left, wanted) => {
        const paths = conflicts(live, left, wanted).map(({ path }) => path);
        for (const file of ["/etc/motd", "/etc/issue", "/etc/modules"]) {
          const agrees = [left, wanted].some(({ files }) => files[file] === live.files[file]);
          expect(paths.includes(file), file).to.equal(!agrees);
        }
      }),
    );
  });

  it("has no order: the same parts are the same", () => {
    const one = { files: { a: "1", b: "2" }, objects: { o: { x: 1, y: 2 } } };
    const other = { files: { b: "2", a: "1" }, objects: { o: { y: 2, x: 1 } } };
    expect(conflicts(one, other, other)).to.deep.equal([]);
  });

  it("is told apart line by line", () => {
    const words = conflictWords({ path: "/etc/motd", left: "one\ntwo\nthree", found: "one\n2\n2b\nthree" });
    expect(words).to.equal("/etc/motd:\n  - two\n  + 2\n  + 2b");
    expect(conflictWords({ path: "/x", left: "a\na", found: "a" })).to.equal("/x:\n  - a");
    expect(conflictWords({ path: "/x", left: undefined, found: "a" })).to.equal("/x:\n  + a");
  });

  it("is nothing without a file and without an object", () => {
    expect(isNothing({ files: {}, objects: {} })).to.equal(true);
    expect(isNothing({ files: {}, objects: { a: 0 } })).to.equal(false);
  });
});
