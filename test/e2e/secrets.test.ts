import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Workspace } from "../../setup/engine/workspace.ts";
import { bad, destroy, fixture, good, preview, read, refresh, stateOf, up, write } from "../support/fixture.ts";

const program = join(import.meta.dirname, "../fixture/programs/sealed");
const TEXT = "the-cat-is-in-the-bag";
const KEY = "a-key-that-signs";

describe("a secret", () => {
  let stack: Workspace;
  const said: string[] = [];
  const hear = async (words: Promise<string>) => {
    said.push(await words);
    return said.at(-1) ?? "";
  };
  const secret = (path: string, value: string) =>
    good(stack.pulumi("config", "set", "--secret", "--path", path, value));

  before(async () => {
    stack = await fixture({ PVE_OPS_REPORT: "report.jsonl", PULUMI_DEBUG_COMMANDS: "true" }, program);
    stack.configure({ "fixture:folder": stack.path("") });
    await secret("fixture:text", TEXT);
  });
  after(() => stack.close());

  it("that is named but not there stops the preview and says how to set it", async () => {
    expect(await hear(bad(preview(stack)))).to.match(
      /looking up the secret "key": the stack config has no pve:secrets\. Set it with: pulumi config set --secret --path 'pve:secrets\.key'/,
    );
    await secret("pve:secrets.kee", KEY);
    expect(await hear(bad(preview(stack)))).to.match(/pve:secrets has only kee\. Did you mean "kee"/);
    await secret("pve:secrets.key", KEY);
  });

  it("reaches the host", async () => {
    await hear(good(stack.pulumi("preview", "--json")));
    await hear(good(up(stack, "--event-log", join(stack.folder, "events.json"))));
    expect(read(stack, "sealed")).to.include(TEXT);
    expect(read(stack, "signed")).to.match(/# signed [0-9a-f]{16}/);
    await hear(good(preview(stack, "--expect-no-changes")));
  });

  it("is encrypted in the state, and so is what is rendered from it", async () => {
    const sealed = (await stateOf(stack)).find(({ id }) => id.endsWith("/sealed"));
    for (const side of ["inputs", "outputs"] as const)
      for (const property of ["text", "files"])
        expect(JSON.stringify(sealed?.[side][property]), `${side}.${property}`).to.include("ciphertext");
  });

  it("is not in what is said when somebody changed it", async () => {
    write(stack, "sealed", read(stack, "sealed").replace("cat", "dog"));
    await secret("fixture:text", `${TEXT}s`);
    expect(await hear(bad(up(stack)))).to.include("(not shown: an argument is secret)");
    await hear(good(refresh(stack)));
    await hear(good(preview(stack)));
    await hear(good(up(stack)));
  });

  it("stays encrypted when its block was gone for a while", async () => {
    const whole = read(stack, "sealed");
    write(stack, "sealed", "");
    await hear(good(refresh(stack)));
    write(stack, "sealed", whole);
    await hear(good(refresh(stack)));
    await hear(good(stack.pulumi("stack", "export")));
    await hear(good(up(stack)));
  });

  it("that changes in the stack config shows in what was made with it", async () => {
    const before = read(stack, "signed");
    await secret("pve:secrets.key", `${KEY}s`);
    expect(await hear(good(preview(stack)))).to.match(/- # signed [0-9a-f]{16}\n +\+ # signed [0-9a-f]{16}/);
    await hear(good(up(stack)));
    expect(read(stack, "signed")).not.to.equal(before);
  });

  it("is nowhere in plain text: not in output, state, backups of it, event log or report", async () => {
    await hear(good(stack.pulumi("preview", "--debug")));
    await hear(good(destroy(stack)));
    const files = readdirSync(stack.folder, { recursive: true, encoding: "utf8" })
      .filter((file) => !file.startsWith("files/"))
      .map((file) => join(stack.folder, file))
      .filter((file) => statSync(file).isFile());
    expect(files.some((file) => file.includes("state/.pulumi/history"))).to.equal(true);
    const holding = (needle: string) => [
      ...files.filter((file) => readFileSync(file, "utf8").includes(needle)),
      ...said.flatMap((text) => text.split("\n")).filter((line) => line.includes(needle)),
    ];
    for (const value of [TEXT, TEXT.replace("cat", "dog"), KEY]) expect(holding(value), value).to.deep.equal([]);
  });
});
