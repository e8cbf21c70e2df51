import { expect } from "chai";
import fc from "fast-check";
import { decodeForm } from "../../../lab/api/form.ts";

describe("a form", () => {
  for (const { text, params } of [
    { text: "", params: {} },
    { text: "a=1&b=two+words;c=%26", params: { a: "1", b: "two words", c: "&" } },
    { text: "a=1&a=2&a=3", params: { a: ["1", "2", "3"] } },
    { text: "comment=%C3%BC", params: { comment: "ü" } },
    { text: "userid=joe%40pve&x=", params: { userid: "joe@pve", x: "" } },
  ])
    it(`${JSON.stringify(text)} is ${JSON.stringify(params)}`, () => expect(decodeForm(text)).to.deep.equal(params));

  it("says what a client meant", () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    fc.assert(
      fc.property(fc.dictionary(key, fc.string({ unit: "grapheme" })), (params) => {
        expect(decodeForm(new URLSearchParams(params).toString())).to.deep.equal({ ...params });
      }),
    );
  });
});
