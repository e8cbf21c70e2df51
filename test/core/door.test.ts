import { expect } from "chai";
import { z } from "zod";
import { parse, pathWords } from "#providers/core/door.ts";
import { UNKNOWN } from "#providers/core/unknown.ts";

const Schema = z.strictObject({
  host: z.string().min(1),
  mode: z.enum(["passthrough", "rescue", "off"]).default("off"),
  gpus: z.array(z.strictObject({ address: z.string().regex(/^[0-9a-f:.]+$/, "not an address") })).optional(),
  target: z.union([z.strictObject({ release: z.number() }), z.strictObject({ packages: z.string() })]).optional(),
});

const failures = (value: unknown) => {
  const parsed = parse(Schema, value);
  return parsed.is === "wrong" ? parsed.failures.map(({ property, reason }) => `${property}: ${reason}`) : parsed.is;
};

describe("args at the door", () => {
  it("come out typed, with their defaults", () => {
    expect(parse(Schema, { host: "pve1" })).to.deep.equal({ is: "known", args: { host: "pve1", mode: "off" } });
  });

  for (const { given, value, found } of [
    {
      given: "a misspelt key",
      value: { host: "a", gpsu: [] },
      found: [': there is no "gpsu" here; did you mean "gpus"?'],
    },
    {
      given: "a misspelt key deep inside",
      value: { host: "a", gpus: [{ adress: "0a:00.0", address: "0a:00.0" }] },
      found: ['gpus[0]: there is no "adress" here; did you mean "address"?'],
    },
    {
      given: "a key that is like no other",
      value: { host: "a", zzzzzzzz: 1 },
      found: [': there is no "zzzzzzzz" here, only host, mode, gpus, target'],
    },
    { given: "a missing key", value: {}, found: ["host: is missing (want string)"] },
    {
      given: "a misspelt word",
      value: { host: "a", mode: "resuce" },
      found: ["mode: want one of passthrough, rescue, off; did you mean rescue?"],
    },
    {
      given: "a value no rule allows",
      value: { host: "a", gpus: [{ address: "zz" }] },
      found: ["gpus[0].address: not an address"],
    },
  ])
    it(`with ${given} are refused in words that help`, () => expect(failures(value)).to.deep.equal(found));

  for (const { given, value } of [
    { given: "a text", value: { host: UNKNOWN } },
    { given: "a whole list", value: { host: "a", gpus: UNKNOWN } },
    { given: "something deep inside", value: { host: "a", gpus: [{ address: UNKNOWN }] } },
    { given: "a choice between shapes", value: { host: "a", target: { packages: UNKNOWN } } },
  ])
    it(`are let through while ${given} is not known yet`, () => expect(failures(value)).to.equal("unknown"));

  it("are refused for what is wrong beside what is not known yet", () => {
    expect(failures({ host: UNKNOWN, mode: "rescued", gpus: [{ address: UNKNOWN, adress: 1 }] })).to.deep.equal([
      "mode: want one of passthrough, rescue, off; did you mean rescue?",
      'gpus[0]: there is no "adress" here; did you mean "address"?',
    ]);
  });

  it("never have their value in the words, which may be secret", () => {
    const words = failures({ host: 5, mode: "hush", gpus: [{ address: "hush" }] });
    expect(words).to.have.length(3);
    expect(JSON.stringify(words)).not.to.include("hush");
  });

  it("are named as one writes them in a program", () => expect(pathWords(["acl", 0, "path"])).to.equal("acl[0].path"));
});
