import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { BENCH, BenchRuns, measures } from "./bench-runs.ts";

describe("npm run bench", () => {
  let runs: BenchRuns;
  beforeEach(() => {
    runs = new BenchRuns();
  });
  afterEach(() => runs.close());
  const bench = (...given: Parameters<BenchRuns["run"]>) => runs.run(...given);

  it("measures, proves what was done, tells it as a table, keeps the raw figures, and leaves nothing else", () =>
    measures({ subject: "tokens", without: [], head: "| token roles |", asks: { ours: true, floor: false } }));

  it("when it is interrupted, ends what it started, and leaves nothing", async () => {
    const args = [BENCH, "--results", runs.results, "--subject", "tokens", "--sizes", "10", "--without", "tofu"];
    const child = spawn(process.execPath, args, { env: runs.env, stdio: ["ignore", "ignore", "pipe"] });
    const ended = once(child, "exit");
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (text.includes("ours, preview:")) child.kill("SIGINT"); // the up begins
    });
    expect((await ended)[0], said).to.equal(130);
    expect(said).to.include("interrupted: waiting for what runs to stop");
    expect([existsSync(runs.results), runs.left()]).to.deep.equal([false, []]);
  });

  it("says what is missing: the engine, or Go", async () => {
    const engine = await bench(
      { PVE_OPS_ENGINE: join(runs.folder, "nowhere") },
      "--subject",
      "tokens",
      "--without",
      "tofu",
    );
    expect(engine.code).to.equal(1);
    expect(engine.stderr).to.include("no Pulumi engine can be had here");
    const bare = { PATH: dirname(process.execPath), PVE_OPS_CACHE: join(runs.folder, "cache") };
    const go = await bench(bare, ...["ours", "bundle", "floor", "ansible"].map((name) => `--without=${name}`));
    expect(go.code).to.equal(1);
    expect(go.stderr).to.include("building tofu v1.10.10: there is no go on PATH");
  });

  it("says how it is called to who calls it otherwise", async () => {
    const { code, stderr } = await bench({}, "--sizes", "none");
    expect(code).to.equal(2);
    expect(stderr).to.include("--sizes has whole numbers from 1, not 'none'").and.include("usage: npm run bench");
  });
});
