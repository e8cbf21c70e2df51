import { expect } from "chai";
import fc from "fast-check";
import { commentIn, withRecord } from "../../providers/access/record.ts";

const URN = "urn:pulumi:lab::tokens::pve:Team$pulumi-nodejs:dynamic/pve:ApiTokenRole::ci [main] 100%";

describe("the note at the end of a comment", () => {
  it("is read as it was written, and the comment before it as it was declared", () => {
    const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]{1,20}$/);
    const made = fc.subarray(["role", "user"] as const);
    const urn = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !/\s/.test(text) || text.trim() !== "");
    const comment = fc.string({ unit: "grapheme" }).map((text) => text.trimEnd());
    fc.assert(
      fc.property(comment, word, word, made, fc.oneof(fc.constant(URN), urn), (text, token, role, whatWasMade, of) => {
        const record = { urn: of, token, role, made: whatWasMade.toSorted() };
        expect(commentIn(withRecord(text, record))).to.deep.equal({ comment: text, record });
      }),
    );
  });

  for (const comment of [
    "",
    "by hand",
    "[pve-ops]",
    "CI [pve-ops token=a role=b]",
    "[pve-ops token=x role= made= of=] no",
  ])
    it(`is not seen in ${JSON.stringify(comment)}`, () => {
      expect(commentIn(comment)).to.deep.equal({ comment, record: undefined });
    });

  it("can be read by a person", () => {
    const record = {
      urn: "urn:pulumi:lab::p::t::ci",
      token: "pipeline",
      role: "CiBackup",
      made: ["user", "role"] as const,
    };
    expect(withRecord("backs up", record)).to.equal(
      "backs up [pve-ops token=pipeline role=CiBackup made=role,user of=urn:pulumi:lab::p::t::ci]",
    );
  });
});
