import { expect } from "chai";
import fc from "fast-check";
import { type AccessRecord, commentIn, withRecord } from "../../providers/access/record.ts";

const URN = "urn:pulumi:lab::tokens::pve:Team$pulumi-nodejs:dynamic/pve:ApiTokenRole::ci [main] 100%";

describe("the note at the end of a comment", () => {
  it("is read as it was written, and the comment before it as it was declared", () => {
    const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]{1,20}$/);
    const urn = fc.string({ unit: "grapheme", minLength: 1 });
    const record: fc.Arbitrary<AccessRecord> = fc.record({
      urn: fc.oneof(fc.constant(URN), urn),
      token: word,
      role: word,
      was: fc.array(word, { maxLength: 2 }),
      drop: fc.array(word, { maxLength: 2 }),
      made: fc.subarray(["role", "user"]),
      user: fc.array(fc.constantFrom("/", "/vms/101", "/storage/a-b_c"), { maxLength: 3 }),
      generation: fc.nat(),
      since: fc.nat(),
      keepers: fc.constantFrom("", "0af3"),
    });
    const comment = fc.string({ unit: "grapheme" }).map((text) => text.trim());
    fc.assert(
      fc.property(comment, record, (text, note) => {
        expect(commentIn(withRecord(text, note))).to.deep.equal({ comment: text, record: note });
      }),
    );
  });

  for (const comment of [
    "",
    "by hand",
    "[pve-ops]",
    "CI [pve-ops token=a role=b]",
    "[pve-ops token=x1 role=b no=1 since=1 of=100%]",
    "[pve-ops token=x role=y no=1 since=2 of=urn] no",
  ])
    it(`is not seen in ${JSON.stringify(comment)}`, () => {
      expect(commentIn(comment)).to.deep.equal({ comment, record: undefined });
    });

  it("can be read by a person", () => {
    const record: AccessRecord = {
      urn: "urn:pulumi:lab::p::t::ci",
      token: "pipeline",
      role: "CiBackup",
      was: [],
      drop: [],
      made: ["user", "role"],
      user: ["/vms/101"],
      generation: 2,
      since: 1_800_000_000,
      keepers: "",
    };
    expect(withRecord("backs up", record)).to.equal(
      "backs up [pve-ops token=pipeline role=CiBackup made=role,user user=/vms/101 no=2 since=1800000000 of=urn:pulumi:lab::p::t::ci]",
    );
  });
});
