import { existsSync, mkdirSync } from "node:fs";
import { expect } from "chai";
import type { Workspace } from "../../setup/engine/workspace.ts";
import {
  block,
  declare,
  destroy,
  fixture,
  good,
  preview,
  read,
  refresh,
  stateOf,
  up,
  write,
} from "../support/fixture.ts";

const MARKED = "hello\n# BEGIN pve-ops-managed motd\nmind the gap\n# END pve-ops-managed motd\n";

describe("a resource, all the way through the engine", () => {
  let stack: Workspace;
  before(async () => {
    stack = await fixture();
    write(stack, "motd", "hello\n");
    declare(stack, block(stack));
  });
  after(() => stack.close());

  it("is shown whole by preview, which touches nothing", async () => {
    const shown = await good(preview(stack));
    expect(shown).to.match(/\+ pulumi-nodejs:dynamic\/pve:LocalBlock: \(create\)/);
    expect(shown).to.match(/files +: \{\n +\S+\/motd: "mind the gap"/);
    expect(shown).to.match(/effects +: \[\]/);
    expect(shown).to.match(/owner +: "fixture\/lab\/motd"/);
    expect(read(stack, "motd")).to.equal("hello\n");
  });

  it("is made by up, and then there is nothing to do", async () => {
    await good(up(stack));
    expect(read(stack, "motd")).to.equal(MARKED);
    await good(preview(stack, "--expect-no-changes"));
  });

  it("keeps a shim in its state and nothing of our code", async () => {
    const [stored] = await stateOf(stack);
    const provider = String(stored?.inputs["__provider"]);
    expect(provider).to.include('import("pulumi-pve-ops/provider/LocalBlock")');
    expect(provider.length).to.be.below(4096);
  });

  it("shows drift line by line after a refresh, and mends it", async () => {
    write(stack, "motd", MARKED.replace("mind the gap", "mind the cat"));
    await good(preview(stack, "--expect-no-changes")); // the state is what is compared, until a refresh looks
    await good(refresh(stack));
    const shown = await good(preview(stack));
    expect(shown).to.match(/~ \S+\/motd: "mind the cat" => "mind the gap"/);
    await good(up(stack));
    expect(read(stack, "motd")).to.equal(MARKED);
  });

  it("is made again when a refresh finds it gone", async () => {
    write(stack, "motd", "hello\n");
    await good(up(stack, "--refresh"));
    expect(read(stack, "motd")).to.equal(MARKED);
  });

  it("is changed in place, in files that were added, and taken out of files that were dropped", async () => {
    declare(stack, block(stack, { paths: [stack.path("issue")], text: "one\ntwo" }));
    expect(await good(preview(stack))).to.match(/~ pulumi-nodejs:dynamic\/pve:LocalBlock: \(update\)/);
    await good(up(stack));
    expect(read(stack, "motd")).to.equal("hello\n");
    expect(read(stack, "issue")).to.equal("# BEGIN pve-ops-managed motd\none\ntwo\n# END pve-ops-managed motd\n");
    await good(preview(stack, "--expect-no-changes"));
  });

  it("is replaced, the old one gone first, when it becomes another thing", async () => {
    mkdirSync(stack.path("elsewhere"));
    declare(stack, block(stack, { paths: [stack.path("issue")], records: stack.path("elsewhere") }));
    expect(await good(preview(stack))).to.match(/replaces?/);
    await good(up(stack));
    expect(read(stack, "issue")).to.equal("# BEGIN pve-ops-managed motd\nmind the gap\n# END pve-ops-managed motd\n");
    expect(existsSync(stack.path("motd.json")), "the old record is gone").to.equal(false);
  });

  it("leaves everything as it was when it is destroyed", async () => {
    await good(destroy(stack));
    expect(read(stack, "motd")).to.equal("hello\n");
    expect(existsSync(stack.path("issue")), "a file we made goes with us").to.equal(false);
    expect(existsSync(stack.path("elsewhere/motd.json")), "no record is left").to.equal(false);
  });
});
