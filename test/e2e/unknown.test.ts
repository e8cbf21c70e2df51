import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Workspace } from "../../setup/engine/workspace.ts";
import { destroy, fixture, good, preview, read, up } from "../support/fixture.ts";

const program = join(import.meta.dirname, "../fixture/programs/chain");

interface EngineEvent {
  readonly diagnosticEvent?: { readonly urn?: string; readonly message: string; readonly ephemeral?: boolean };
}

describe("a value that another resource will only have later", () => {
  let stack: Workspace;
  before(async () => {
    stack = await fixture({ PULUMI_DEBUG_COMMANDS: "true" }, program);
    stack.configure({ "fixture:folder": stack.path("") });
  });
  after(() => stack.close());

  it("is shown as not known yet, with everything that depends on it, and stops no preview", async () => {
    const shown = await good(preview(stack));
    expect(shown).to.match(/text +: \[unknown\]|text +: output<string>/);
    expect(shown).to.match(/files +: \[unknown\]|files +: output<string>/);
    expect(shown).to.match(/first: "first"|\/first: "first"/);
  });

  it("is used once it is there, with progress in each resource's own row, in a component too", async () => {
    const log = stack.path("events.json");
    await good(up(stack, "--event-log", log));
    expect(read(stack, "second")).to.include("after fixture/lab/first");
    const events = readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .map((line): EngineEvent => JSON.parse(line));
    const said = events.flatMap(({ diagnosticEvent }) => diagnosticEvent ?? []);
    const passing = said.filter(({ ephemeral }) => ephemeral).map(({ urn, message }) => `${urn} ${message.trim()}`);
    const first = "urn:pulumi:lab::fixture::pulumi-nodejs:dynamic/pve:LocalBlock::first";
    expect(passing).to.include.members([`${first} settling, 2 s left`, `${first} settling, 1 s left`]);
    const lasting = said.filter(({ ephemeral, message }) => !ephemeral && message.includes("is a new file"));
    expect(lasting.map(({ urn }) => urn)).to.have.members([
      first,
      "urn:pulumi:lab::fixture::fixture:index:Pair$pulumi-nodejs:dynamic/pve:LocalBlock::second",
    ]);
  });

  it("is known in the next preview: nothing to do", async () => {
    await good(preview(stack, "--expect-no-changes"));
    await good(destroy(stack));
  });
});
