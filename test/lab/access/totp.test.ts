import { expect } from "chai";
import { countAt, parseTotp, passcode, periodOf } from "../../../lab/access/totp.ts";

// The table of RFC 6238, appendix B; each algorithm has a secret as long as its hash.
const SECRETS: Readonly<Record<string, string>> = {
  SHA1: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
  SHA256: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA",
  SHA512: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA",
};

describe("a one-time password", () => {
  for (const { algorithm, at, value } of [
    { algorithm: "SHA1", at: 59, value: "94287082" },
    { algorithm: "SHA1", at: 1_111_111_109, value: "07081804" },
    { algorithm: "SHA1", at: 20_000_000_000, value: "65353130" },
    { algorithm: "SHA256", at: 59, value: "46119246" },
    { algorithm: "SHA256", at: 1_234_567_890, value: "91819424" },
    { algorithm: "SHA512", at: 2_000_000_000, value: "38618901" },
  ])
    it(`is ${value} at ${at} by ${algorithm}, as RFC 6238 has it`, () => {
      const totp = parseTotp(`otpauth://totp/x?secret=${SECRETS[algorithm]}&digits=8&algorithm=${algorithm}`);
      expect(passcode(totp, countAt(totp, at))).to.equal(value);
    });

  it("has six digits and half a minute where nothing else is said, and is good one period early and late", () => {
    const totp = parseTotp(`otpauth://totp/Lab:joe%40pve?secret=${SECRETS["SHA1"]}&issuer=Lab`);
    // 081804 is the value of the half minute that ends here.
    const end = 1_111_111_110;
    const good = [-61, -60, -31, -30, -1, 0, 29, 30].filter(
      (late) => periodOf(totp, "081804", end + late) !== undefined,
    );
    expect(good).to.deep.equal([-60, -31, -30, -1, 0, 29]);
  });

  for (const { uri, words } of [
    { uri: "https://example.org", words: "not an otpauth uri" },
    { uri: "otpauth://totp/joe", words: "missing '?' in otp uri" },
    { uri: "otpauth://totp/joe?digits=6", words: "missing secret in otpauth url" },
    { uri: "otpauth://totp/joe?secret=0189", words: "failed to decode otp secret in otpauth url" },
    { uri: "otpauth://totp/joe?secret=MFRGG&color=red", words: "unrecognized otpauth uri parameter: color" },
    { uri: "otpauth://totp/joe?secret=MFRGG&algorithm=MD5", words: "unsupported algorithm: MD5" },
    { uri: "otpauth://totp/joe?secret=MFRGG&digits=six", words: "invalid digit found in string" },
    { uri: "otpauth://totp/joe?secret", words: "bad value in otpauth uri" },
  ])
    it(`is not to be had from ${uri}: ${words}`, () => {
      expect(() => parseTotp(uri)).to.throw(`${words}\n`);
    });
});
