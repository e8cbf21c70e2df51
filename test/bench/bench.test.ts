import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { command } from "../../setup/engine/command.ts";

const BENCH = join(import.meta.dirname, "../../bench/bench.ts");

describe("npm run bench", () => {
  let folder: string;
  let results: string;
  let env: NodeJS.ProcessEnv;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pve-ops-bench-test-"));
    results = join(folder, "results.json");
    mkdirSync(join(folder, "tmp"));
    env = { ...process.env, TMPDIR: join(folder, "tmp") };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const left = () => readdirSync(join(folder, "tmp"));
  const bench = (more: NodeJS.ProcessEnv, ...args: string[]) =>
    command(process.execPath, [BENCH, "--results", results, ...args], { env: { ...env, ...more } });

  it("measures, proves what was done, tells it as a table and keeps the raw figures, and leaves nothing else", async () => {
    const { code, stdout, stderr } = await bench({}, "--sizes", "1", "--rounds", "1", "--without", "tofu");
    expect(code, stderr).to.equal(0);
    for (const words of [
      "| token roles |",
      "| backup jobs |",
      "| ours/floor |",
      "| preview again |",
      "of 100 token roles takes less",
      "2 cores",
      "not measured",
    ])
      expect(stdout.replace(/\d+ cores/, "2 cores")).to.include(words);
    const { machine, samples } = JSON.parse(readFileSync(results, "utf8"));
    expect(Object.keys(machine.versions)).to.deep.equal(["node", "pulumi"]);
    const phases = ["preview", "up", "preview again", "destroy"];
    for (const [subject, contender, asks] of [
      ["tokens", "ours", true],
      ["tokens", "floor", false],
      ["backups", "ours", true],
      ["backups", "bundle", true],
      ["backups", "floor", false],
    ] as const) {
      const own: { phase: string; seconds: number; requests: number }[] = samples.filter(
        (one: { subject: string; contender: string }) => one.subject === subject && one.contender === contender,
      );
      expect(own.map(({ phase }) => phase)).to.deep.equal(phases);
      for (const { seconds, requests } of own) expect([seconds > 0, requests > 0]).to.deep.equal([true, asks]);
    }
    expect(left()).to.deep.equal([]);
  });

  it("when it is interrupted, ends what it started, and leaves nothing", async () => {
    const args = [BENCH, "--results", results, "--subject", "tokens", "--sizes", "10", "--without", "tofu"];
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "pipe"] });
    const ended = once(child, "exit");
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (text.includes("ours, preview:")) child.kill("SIGINT"); // the up begins
    });
    expect((await ended)[0], said).to.equal(130);
    expect(said).to.include("interrupted: waiting for what runs to stop");
    expect([existsSync(results), left()]).to.deep.equal([false, []]);
  });

  it("says what is missing: the engine, or Go", async () => {
    const engine = await bench({ PVE_OPS_ENGINE: join(folder, "nowhere") }, "--without", "tofu");
    expect(engine.code).to.equal(1);
    expect(engine.stderr).to.include("no Pulumi engine can be had here");
    const bare = { PATH: dirname(process.execPath), PVE_OPS_CACHE: join(folder, "cache") };
    const go = await bench(bare, ...["ours", "bundle", "floor"].map((name) => `--without=${name}`));
    expect(go.code).to.equal(1);
    expect(go.stderr).to.include("building tofu v1.10.10: there is no go on PATH");
  });

  it("says how it is called to who calls it otherwise", async () => {
    const { code, stderr } = await bench({}, "--sizes", "none");
    expect(code).to.equal(2);
    expect(stderr).to.include("--sizes has whole numbers from 1, not 'none'").and.include("usage: npm run bench");
  });
});
