import { expect } from "chai";
import { connectionFrom } from "../../providers/pve/connection.ts";

const SHA = "AB".repeat(32);
const PINNED = `${"AB:".repeat(31)}AB`;
const TOKEN = { "pve:tokenId": "root@pam!ci", "pve:tokenSecret": "s3cret" };
const AT = { "pve:endpoint": "https://pve1.example:8006" };

const from = (config: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) =>
  connectionFrom((key) => config[key], env);

describe("the connection to the API", () => {
  for (const { what, config, env, is } of [
    {
      what: "comes from the stack config",
      config: { ...AT, ...TOKEN },
      is: {
        endpoints: ["https://pve1.example:8006"],
        credentials: { by: "token", id: "root@pam!ci", secret: "s3cret" },
      },
    },
    {
      what: "may have several endpoints, with PVE's port where none is said",
      config: { ...TOKEN, "pve:endpoint": '["https://pve1.example","pve2.example:443","https://[2001:db8::1]/"]' },
      is: { endpoints: ["https://pve1.example:8006", "https://pve2.example", "https://[2001:db8::1]:8006"] },
    },
    {
      what: "comes from the environment where the config says nothing",
      config: {},
      env: {
        PVE_ENDPOINT: "pve1.example,pve2.example",
        PVE_USERNAME: "root@pam",
        PVE_PASSWORD: "p",
        PVE_INSECURE_SKIP_VERIFY: "true",
      },
      is: {
        endpoints: ["https://pve1.example:8006", "https://pve2.example:8006"],
        credentials: { by: "ticket", username: "root@pam", password: "p" },
        trust: { ca: undefined, fingerprints: [], insecure: true },
      },
    },
    {
      what: "is the config's where both say something",
      config: { ...AT, ...TOKEN },
      env: { PVE_ENDPOINT: "other.example", PVE_TOKEN_ID: "x@pve!y", PVE_TOKEN_SECRET: "other" },
      is: {
        endpoints: ["https://pve1.example:8006"],
        credentials: { by: "token", id: "root@pam!ci", secret: "s3cret" },
      },
    },
    {
      what: "takes a password from the config rather than a token from the environment",
      config: { ...AT, "pve:username": "root@pam", "pve:password": "p" },
      env: { PVE_TOKEN_ID: "x@pve!y", PVE_TOKEN_SECRET: "other" },
      is: { credentials: { by: "ticket", username: "root@pam", password: "p" } },
    },
    {
      what: "takes fingerprints as they are written anywhere",
      config: { ...AT, ...TOKEN, "pve:fingerprint": JSON.stringify([SHA.toLowerCase(), PINNED, `SHA256:${SHA}`]) },
      is: { trust: { ca: undefined, fingerprints: [PINNED, PINNED, PINNED], insecure: false } },
    },
  ])
    it(what, () => {
      const { endpoints, credentials, trust } = from(config, env);
      const seen = { endpoints: endpoints.map(({ origin }) => origin), credentials, trust };
      expect(seen).to.deep.include(is);
    });

  for (const { what, config, env, words } of [
    { what: "no endpoint", config: TOKEN, words: "pulumi config set pve:endpoint https://pve1.example:8006" },
    { what: "an endpoint without TLS", config: { ...TOKEN, "pve:endpoint": "http://pve1" }, words: "no https address" },
    { what: "nobody to connect as", config: AT, words: "nothing says as whom to connect" },
    {
      what: "half a token, even where the environment has the other half",
      config: { ...AT, "pve:tokenId": "root@pam!ci" },
      env: { PVE_TOKEN_SECRET: "s3cret" },
      words: "reading pve:tokenSecret",
    },
    { what: "a user for a token", config: { ...AT, ...TOKEN, "pve:tokenId": "root@pam" }, words: "user@realm!name" },
    {
      what: "a token's id and value in one",
      config: { ...AT, ...TOKEN, "pve:tokenId": "root@pam!ci=s3cret" },
      words: "its value to pve:tokenSecret",
    },
    {
      what: "an id and a value that were swapped",
      config: { ...AT, "pve:tokenId": "s3cret", "pve:tokenSecret": "root@pam!ci" },
      words: "user@realm!name",
    },
    {
      what: "a user without a realm",
      config: { ...AT, "pve:username": "root", "pve:password": "p" },
      words: "root@pam",
    },
    {
      what: "a CA that is nowhere",
      config: { ...AT, ...TOKEN, "pve:ca": "/nowhere/ca.pem" },
      words: "no file: neither /nowhere",
    },
    { what: "a fingerprint that is none", config: { ...AT, ...TOKEN, "pve:fingerprint": "AB:CD" }, words: "SHA-256" },
  ])
    it(`of ${what} is refused with what to do, and without the secret`, () => {
      expect(() => from(config, env)).to.throw(words);
      expect(() => from(config, env)).to.not.throw("s3cret");
    });
});
