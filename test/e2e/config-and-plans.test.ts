import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { Workspace } from "../../setup/engine/workspace.ts";
import { bad, block, declare, fixture, good, preview, read, up, write } from "../support/fixture.ts";

describe("a saved plan", () => {
  let stack: Workspace;
  before(async () => {
    stack = await fixture({ PULUMI_EXPERIMENTAL: "true" });
    write(stack, "motd", "hello\n");
    declare(stack, block(stack));
  });
  after(() => stack.close());

  it("is what up does", async () => {
    const plan = stack.path("plan.json");
    await good(preview(stack, "--save-plan", plan));
    await good(up(stack, "--plan", plan));
    expect(read(stack, "motd")).to.include("mind the gap");
  });

  it("is refused when the program asks for something else meanwhile", async () => {
    const plan = stack.path("plan.json");
    declare(stack, block(stack, { text: "one" }));
    await good(preview(stack, "--save-plan", plan));
    declare(stack, block(stack, { text: "two" }));
    expect(await bad(up(stack, "--plan", plan))).to.match(/violates plan/);
    expect(read(stack, "motd")).to.include("mind the gap");
  });
});

describe("the report", () => {
  it("gets every finding of a run as a line of JSON", async () => {
    const stack = await fixture({ PVE_OPS_REPORT: "report.jsonl" });
    try {
      declare(stack, block(stack));
      const shown = await good(preview(stack));
      expect(shown).to.include("is a new file.");
      const lines = readFileSync(`${stack.folder}/report.jsonl`, "utf8").trim().split("\n");
      expect(lines.map((line) => JSON.parse(line))).to.deep.equal([
        {
          urn: "urn:pulumi:lab::fixture::pulumi-nodejs:dynamic/pve:LocalBlock::motd",
          owner: "fixture/lab/motd",
          type: "LocalBlock",
          level: "info",
          code: "awaited",
          target: stack.path("motd"),
          message: `${stack.path("motd")} is a new file.`,
        },
      ]);
    } finally {
      stack.close();
    }
  });
});

describe("a stack config", () => {
  let stack: Workspace;
  before(async () => {
    stack = await fixture();
  });
  after(() => stack.close());

  for (const { wrong, config, words } of [
    {
      wrong: "a list nobody knows",
      config: { "pve-ops:blokcs": [] },
      words: /pve-ops:blokcs is nothing that this version knows; did you mean pve-ops:blocks\?/,
    },
    {
      wrong: "an entry without a name",
      config: { "pve-ops:blokcs": undefined, "pve-ops:blocks": [{ text: "x" }] },
      words: /pve-ops:blocks\[0\]\.name: want a list in which every entry has a name/,
    },
    {
      wrong: "two entries of one name",
      config: { "pve-ops:blocks": [{ name: "a" }, { name: "a" }] },
      words: /pve-ops:blocks: two entries are named "a"/,
    },
    {
      wrong: "a misspelt key, a missing one and a wrong one, all at once",
      config: { "pve-ops:blocks": [{ name: "a", paths: ["etc/motd"], txt: "x", records: "/tmp" }] },
      words:
        /paths\[0\]: a path here starts with \/[\s\S]*text: is missing \(want string\)[\s\S]*there is no "txt" here; did you mean "text"\?/,
    },
  ])
    it(`with ${wrong} stops the preview and says what was meant`, async () => {
      stack.configure(config);
      const said = await bad(preview(stack));
      expect(said).to.match(words);
      expect(said, "no stack trace for what a person can mend").not.to.match(/\bat .*\.ts:\d+/);
    });

  it("with a secret value inside a list is refused, with the way to write it", async () => {
    stack.configure({ "pve-ops:blocks": [{ name: "a" }] });
    await good(stack.pulumi("config", "set", "--secret", "--path", "pve-ops:blocks[0].text", "hush"));
    expect(await bad(preview(stack))).to.match(/pve-ops:blocks holds a secret value: write \{ secret: <name> \}/);
  });
});
