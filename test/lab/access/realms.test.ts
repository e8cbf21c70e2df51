import { expect } from "chai";
import fc from "fast-check";
import { OPTIONS, type RealmType } from "../../../lab/access/realm-types.ts";
import { asRead, parseRealms, printRealms, type Realm } from "../../../lab/access/realms.ts";

const REAL = `pam: pam
	comment Linux PAM standard authentication

pve: pve
	comment Proxmox VE authentication server
	tfa type=oath,digits=8

ldap: corp
	comment Gro%C3%9F%3A 100%25
	base_dn dc=example,dc=org
	server1 ldap.example.org
	user_attr uid
	default 1
	mode ldaps
	port 636

openid: sso
	client-id pve
	issuer-url https://sso.example.org/realms/main
	autocreate 1
	client-key s3cret

`;

describe("domains.cfg", () => {
  it("is written byte for byte as it was read", () => {
    expect(printRealms(parseRealms(REAL))).to.equal(REAL);
  });

  it("means what it says", () => {
    const corp = parseRealms(REAL).get("corp");
    expect([corp?.type, corp?.options.get("comment"), corp?.options.get("port")]).to.deep.equal([
      "ldap",
      "Groß: 100%",
      "636",
    ]);
  });

  it("of a fresh cluster has PVE's own two realms", () => {
    expect(printRealms(parseRealms(""))).to.equal(
      "pam: pam\n\tcomment Linux PAM standard authentication\n\npve: pve\n\tcomment Proxmox VE authentication server\n\n",
    );
  });

  for (const { what, text } of [
    { what: "a comment", text: "# made by hand\n" },
    { what: "a realm of a type that is not known", text: "kerberos: k\n\tserver1 a\n\n" },
    { what: "a realm whose name is none", text: "openid: 1st\n\tclient-id a\n\tissuer-url b\n\n" },
    { what: "a realm that lacks what its type needs", text: "openid: sso\n\tclient-id a\n\n" },
    { what: "a line that is none", text: "what is this\n\n" },
  ])
    it(`is read without ${what}`, () => {
      expect(parseRealms(text + REAL)).to.deep.equal(parseRealms(REAL));
    });

  for (const { what, line } of [
    { what: "an option of another type", line: "\tserver1 a" },
    { what: "an option that came before", line: "\tclient-id other" },
    { what: "an option without a value", line: "\tscopes" },
  ])
    it(`is read without ${what}`, () => {
      expect(parseRealms(`${REAL.trimEnd()}\n${line}\n`)).to.deep.equal(parseRealms(REAL));
    });

  it("has one default at most: of several the first", () => {
    const realms = parseRealms("openid: sso\n\tclient-id c\n\tissuer-url i\n\tdefault\n\npve: pve\n\tdefault 1\n");
    expect([...realms].flatMap(([name, { options }]) => (options.has("default") ? [name] : []))).to.deep.equal(["sso"]);
  });

  it("is read as it was written, whatever stands in it", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]+$/), anyRealm), (made) => {
        const realms = parseRealms(printRealms(new Map(Object.entries(made))));
        for (const [name, { type, options }] of Object.entries(made)) {
          const read = realms.get(name);
          if (name === "pam" || name === "pve") continue;
          expect([read?.type, read?.options]).to.deep.equal([type, options]);
        }
        expect(parseRealms(printRealms(realms))).to.deep.equal(realms);
      }),
    );
  });
});

const anyRealm: fc.Arbitrary<Realm> = fc.constantFrom<RealmType>("ad", "ldap", "openid").chain((type) => {
  const { required, optional } = OPTIONS[type];
  // One realm alone can be the default; another test is about that.
  const some = fc.subarray(optional.filter((key) => key !== "default"));
  return some.chain((keys) =>
    fc
      .tuple(...[...required, ...keys].map((key) => anyValue(key).map((value): [string, string] => [key, value])))
      .map((options) => ({ type, options: new Map(options) })),
  );
});

const anyValue = (key: string): fc.Arbitrary<string> =>
  (key === "comment" ? fc.string({ minLength: 1, unit: "grapheme" }) : fc.stringMatching(/^[ -~]+$/))
    .map((value) => asRead(key, value)[0] ?? "")
    .filter((value) => value !== "");
