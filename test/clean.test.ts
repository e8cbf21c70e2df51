import { join } from "node:path";
import { expect } from "chai";
import { command } from "../setup/engine/command.ts";

const root = join(import.meta.dirname, "..");

describe("the code", () => {
  it("has no type error, and is as the linter and the formatter want it", async () => {
    const { code, stdout, stderr } = await command(process.execPath, [join(root, "setup/check.ts")], { cwd: root });
    expect(code, stdout + stderr).to.equal(0);
  });
});
