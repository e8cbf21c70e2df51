import { existsSync, mkdirSync, rmdirSync, rmSync } from "node:fs";
import { expect } from "chai";
import type { Workspace } from "../../setup/engine/workspace.ts";
import {
  bad,
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

describe("when things go wrong", () => {
  let stack: Workspace;
  beforeEach(async () => {
    stack = await fixture();
  });
  afterEach(() => stack.close());

  it("what was half made is kept, shown as unfinished, finished by the next up, and taken back by destroy", async () => {
    write(stack, "motd", "hello\n");
    const late = stack.path("late/issue");
    declare(stack, block(stack, { paths: [stack.path("motd"), late] }));
    const said = await bad(up(stack));
    expect(said).to.match(
      /\* writing \S+late\/issue: ENOENT.*Make it writable for this user, then run pulumi up again\./,
    );
    const [half] = await stateOf(stack);
    expect(half?.outputs["files"]).to.deep.equal({ [stack.path("motd")]: "mind the gap" });
    expect(half?.initErrors).to.have.length(1);

    expect(await good(preview(stack)), "a preview knows it is not finished").to.match(/~ .*LocalBlock: \(update\)/);
    mkdirSync(stack.path("late"));
    await good(up(stack));
    expect((await stateOf(stack))[0]?.outputs["files"]).to.have.keys(stack.path("motd"), late);
    await good(preview(stack, "--expect-no-changes"));
    await good(destroy(stack));
    expect(read(stack, "motd")).to.equal("hello\n");
    expect(existsSync(late)).to.equal(false);
  });

  it("what was half made can be refreshed and destroyed as it is", async () => {
    write(stack, "motd", "hello\n");
    declare(stack, block(stack, { paths: [stack.path("motd"), stack.path("late/issue")] }));
    await bad(up(stack));
    await good(refresh(stack));
    await good(destroy(stack));
    expect(read(stack, "motd")).to.equal("hello\n");
    expect(existsSync(stack.path("motd.json"))).to.equal(false);
  });

  it("what a failed update left can be destroyed as it is", async () => {
    write(stack, "motd", "hello\n");
    declare(stack, block(stack));
    await good(up(stack));
    declare(stack, block(stack, { paths: [stack.path("motd"), stack.path("late/issue")], text: "changed" }));
    await bad(up(stack));
    await good(destroy(stack));
    expect(read(stack, "motd")).to.equal("hello\n");
  });

  it("two resources in one file are made side by side", async () => {
    const names = ["a", "b", "c", "d"];
    declare(stack, ...names.map((name) => block(stack, { name })));
    await good(up(stack));
    for (const name of names) expect(read(stack, "motd")).to.include(`# BEGIN pve-ops-managed ${name}`);
    await good(destroy(stack));
    expect(existsSync(stack.path("motd")) ? read(stack, "motd") : "").to.equal("");
  });

  it("what stands there already and is not ours is not taken for somebody's edit", async () => {
    const foreign = "# BEGIN pve-ops-managed motd\nmine\n# END pve-ops-managed motd\n";
    write(stack, "motd", foreign);
    declare(stack, block(stack));
    expect(await bad(up(stack))).to.match(/making LocalBlock "motd": something else stands there already: \S+motd\./);
    expect(read(stack, "motd")).to.equal(foreign);
  });

  it("nothing is kept of a resource that failed before anything was done", async () => {
    declare(stack, block(stack, { records: stack.path("nowhere") }));
    expect(await bad(up(stack))).to.match(/error: writing \S+nowhere\/motd\.json: ENOENT/);
    expect(await stateOf(stack)).to.deep.equal([]);
  });

  it("an update that fails half-way keeps what is there, and the next one goes on from it", async () => {
    write(stack, "motd", "hello\n");
    mkdirSync(stack.path("locked"));
    write(stack, "locked/issue", "issue\n");
    const both = { paths: [stack.path("motd"), stack.path("locked/issue")] };
    declare(stack, block(stack, both));
    await good(up(stack));
    declare(stack, block(stack, { ...both, text: "changed" }));
    // Beside the second file a folder stands in the way of its new content.
    mkdirSync(stack.path("locked/issue.pve-ops-new"));
    await bad(up(stack));
    expect((await stateOf(stack))[0]?.outputs["files"]).to.deep.equal({
      [stack.path("motd")]: "changed",
      [stack.path("locked/issue")]: "mind the gap",
    });
    rmdirSync(stack.path("locked/issue.pve-ops-new"));
    await good(up(stack));
    expect(read(stack, "locked/issue")).to.include("changed");
    await good(preview(stack, "--expect-no-changes"));
  });

  it("what failed after everything was written is unfinished all the same", async () => {
    write(stack, "motd", "hello\n");
    declare(stack, block(stack, { settleSeconds: 2 }));
    const running = up(stack);
    await until(() => read(stack, "motd").includes("mind the gap"));
    mkdirSync(stack.path("motd.json.pve-ops-new")); // in the way of the record's last word
    await bad(running);
    expect((await stateOf(stack))[0]?.outputs["files"]).to.have.keys(stack.path("motd"));
    expect(await good(preview(stack))).to.match(/~ .*LocalBlock: \(update\)/);
    await good(refresh(stack)); // everything reads back as wanted: that does not finish it
    expect(await good(preview(stack))).to.match(/- unfinished +: true/);
    rmdirSync(stack.path("motd.json.pve-ops-new"));
    await good(up(stack));
    await good(preview(stack, "--expect-no-changes"));
  });

  it("after Ctrl-C, twice, in the middle of create the next up takes over what was begun", async () => {
    write(stack, "motd", "hello\n");
    const paths = [stack.path("motd"), stack.path("issue")];
    declare(stack, block(stack, { paths, settleSeconds: 30 }));
    const running = stack.start(["up", "--yes", "--skip-preview"]);
    await until(() => read(stack, "motd").includes("mind the gap"));
    // The first asks the engine to stop when it can, the second makes it stop now.
    running.interrupt();
    await new Promise((next) => setTimeout(next, 1000));
    running.interrupt();
    await running.ended;
    expect(existsSync(stack.path("issue")), "the second was not").to.equal(false);
    expect(await stateOf(stack), "Pulumi itself knows of nothing").to.deep.equal([]);

    declare(stack, block(stack, { paths, text: "another text" }));
    await unlocked(stack);
    expect(await good(up(stack))).to.include("was interrupted: going on from what it left");
    expect(read(stack, "motd")).to.equal(
      "hello\n# BEGIN pve-ops-managed motd\nanother text\n# END pve-ops-managed motd\n",
    );
    await good(destroy(stack));
    expect(read(stack, "motd")).to.equal("hello\n");
    expect(existsSync(stack.path("issue"))).to.equal(false);
  });

  it("what somebody changed between two runs is not written over until a refresh has shown it, or force is set", async () => {
    write(stack, "motd", "");
    declare(stack, block(stack));
    await good(up(stack));
    const edited = read(stack, "motd").replace("gap", "cat");
    write(stack, "motd", edited);
    declare(stack, block(stack, { text: "mind the step" }));
    const said = await bad(up(stack));
    expect(said).to.match(/writing LocalBlock "motd": somebody changed \S+motd since\. Run pulumi refresh/);
    expect(said).to.match(/- mind the gap\n +\+ mind the cat/);
    expect(read(stack, "motd")).to.equal(edited);
    expect(await bad(destroy(stack))).to.match(/removing LocalBlock "motd": somebody changed/);
    expect(read(stack, "motd")).to.equal(edited);

    await good(refresh(stack));
    await good(up(stack));
    expect(read(stack, "motd")).to.include("mind the step");

    write(stack, "motd", read(stack, "motd").replace("step", "cat"));
    declare(stack, block(stack, { force: true }));
    await good(up(stack));
    expect(read(stack, "motd")).to.include("mind the gap");
  });

  it("what belongs to another stack is refused by its name, and left alone by our destroy", async () => {
    declare(stack, block(stack));
    await good(up(stack));
    const other = await fixture();
    try {
      declare(other, { ...block(stack), text: "mine!" });
      // The other project has the same name and so has its stack: another owner needs another name.
      await good(other.pulumi("stack", "rename", "rival"));
      expect(await bad(preview(other)), "a preview says so already").to.match(
        /belongs to urn:pulumi:lab::fixture\S+::motd, and this is urn:pulumi:rival::fixture\S+::motd/,
      );
      expect(read(stack, "motd")).to.include("mind the gap");
      expect(await stateOf(other)).to.deep.equal([]);
    } finally {
      other.close();
    }
  });

  it("a renamed stack takes its records with it", async () => {
    declare(stack, block(stack));
    await good(up(stack));
    await good(stack.pulumi("stack", "rename", "renamed"));
    await good(up(stack));
    expect(JSON.parse(read(stack, "motd.json")).urn).to.match(/^urn:pulumi:renamed::fixture::/);
    await good(destroy(stack));
    expect(existsSync(stack.path("motd"))).to.equal(false);
  });

  it("broken marks stop a preview with the lines they stand on", async () => {
    write(stack, "motd", "a\n# END pve-ops-managed motd\n# BEGIN pve-ops-managed motd\n");
    declare(stack, block(stack));
    expect(await bad(preview(stack))).to.match(/its marks are broken: BEGIN on line 3, END on line 2/);
  });

  it("a host that cannot be read fails a refresh with the words once, and keeps the state", async () => {
    declare(stack, block(stack));
    await good(up(stack));
    const text = read(stack, "motd");
    rmSync(stack.path("motd"));
    mkdirSync(stack.path("motd"));
    const said = await bad(refresh(stack));
    expect(said).to.match(/error: .*reading \S+motd: EISDIR.*Make it readable for this user\./);
    expect(said, "no stack trace for what a person can mend").not.to.match(/\bat .*\.ts:\d+/);
    rmdirSync(stack.path("motd"));
    write(stack, "motd", text);
    await good(preview(stack, "--expect-no-changes"));
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((next) => setTimeout(next, 50));
}

/** A CLI that was ended may leave its lock, as it would for a person, who says the same. */
const unlocked = (stack: Workspace) => stack.pulumi("cancel", "--yes");
