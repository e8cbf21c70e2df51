import { expect } from "chai";
import fc from "fast-check";
import { parseTokenConfig, printTokenConfig } from "../../../lab/access/token-config.ts";

const REAL = `backup@pve!ci 2b6b1f0e-6c7e-4d4e-9c6f-0d8f5a3c1b2a
root@pam!lab 0f5a7b1e-6a4e-4c0e-9f2e-1b1b1b1b1b1b
`;

describe("token.cfg", () => {
  it("is written byte for byte as it was read", () => {
    expect(printTokenConfig(parseTokenConfig(REAL))).to.equal(REAL);
  });

  it("is read without the lines that are none", () => {
    const text = `\nno-token secret\nroot@pam!x\nroot@pam!a b c\n${REAL}`;
    expect(parseTokenConfig(text)).to.deep.equal(parseTokenConfig(REAL));
  });

  it("is sorted by token, and read as it was written", () => {
    const ids = fc.stringMatching(/^[a-z]{1,8}@(?:pam|pve)![A-Za-z][A-Za-z0-9._-]+$/);
    fc.assert(
      fc.property(fc.dictionary(ids, fc.uuid()), (secrets) => {
        const text = printTokenConfig(new Map(Object.entries(secrets)));
        expect(Object.fromEntries(parseTokenConfig(text))).to.deep.equal({ ...secrets });
        const written = [...parseTokenConfig(text).keys()];
        expect(written).to.deep.equal(written.toSorted());
      }),
    );
  });
});
