import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { command } from "../../setup/engine/command.ts";
import { good } from "../support/fixture.ts";

const root = join(import.meta.dirname, "../..");

describe("npm run demo", function () {
  this.timeout(300_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pve-ops-demo-"));
    mkdirSync(join(folder, "tmp"));
    env = { ...process.env, TMPDIR: join(folder, "tmp") };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What it made and did not take away: its temporary files, and its project in the clone, which git would not show. */
  const left = () => [
    ...readdirSync(join(folder, "tmp")),
    ...globSync(".work/*/Pulumi.yaml", { cwd: root }).filter((file) =>
      readFileSync(join(root, file), "utf8").includes("name: demo"),
    ),
  ];
  const clean = () => good(command("git", ["status", "--porcelain"], { cwd: root }));

  it("walks a stack to its end, proves each step, and leaves nothing in the clone or elsewhere", async () => {
    const before = await clean();
    const said = await good(command(process.execPath, [join(root, "demo/demo.ts")], { cwd: root, env }));
    expect(said).to.match(/Every step held\./);
    expect(said.match(/✔/g)?.length).to.be.above(9);
    for (const command of ["preview --diff --show-full-output", "up", "refresh", "destroy"])
      expect(said).to.include(`$ pulumi ${command}`);
    expect(await clean()).to.equal(before);
    expect(left()).to.deep.equal([]);
  });

  for (const { when, stop } of [
    { when: "Ctrl-C", stop: (child: ChildProcess) => void (child.pid && process.kill(-child.pid, "SIGINT")) },
    { when: "a closed pipe", stop: (child: ChildProcess) => void child.stdout?.destroy() },
  ])
    it(`stops Pulumi and cleans up at ${when}, without a stack trace`, async () => {
      const child = spawn(process.execPath, [join(root, "demo/demo.ts")], { cwd: root, env, detached: true });
      let said = "";
      const hear = (chunk: Buffer) => {
        said += chunk;
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      while (!said.includes("$ pulumi up")) await new Promise((next) => setTimeout(next, 50));
      stop(child);
      const [code] = await once(child, "exit");
      expect(code).to.equal(130);
      expect(said).not.to.match(/\bat .*:\d+:\d+/);
      expect(left()).to.deep.equal([]);
    });
});
