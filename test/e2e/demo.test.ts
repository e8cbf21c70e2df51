import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { command } from "../../setup/engine/command.ts";
import { good } from "../support/fixture.ts";

const root = join(import.meta.dirname, "../..");

describe("npm run demo", () => {
  it("walks a stack to its end, proves each step, and leaves the clone clean", async () => {
    const clean = () => good(command("git", ["status", "--porcelain"], { cwd: root }));
    const before = await clean();
    const ofPulumi = () => readdirSync(tmpdir()).filter((name) => name.startsWith("pulumi-"));
    const pipes = ofPulumi();
    const said = await good(command(process.execPath, [join(root, "demo/demo.ts")], { cwd: root }));
    expect(said).to.match(/Every step held\./);
    expect(said.match(/✔/g)?.length).to.be.above(9);
    for (const command of ["preview --diff --show-full-output", "up", "refresh", "destroy"])
      expect(said).to.include(`$ pulumi ${command}`);
    expect(await clean()).to.equal(before);
    const left = readdirSync(tmpdir()).filter((name) => said.includes(join(tmpdir(), name)));
    expect(ofPulumi()).to.deep.equal(pipes);
    expect(left, "nothing of it is left elsewhere").to.deep.equal([]);
  });
});
