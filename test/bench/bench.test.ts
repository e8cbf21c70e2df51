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

  for (const { subject, without, head, asks } of [
    { subject: "tokens", without: [], head: "| token roles |", asks: { ours: true, floor: false } },
    { subject: "backups", without: ["floor"], head: "| backup jobs |", asks: { ours: true, bundle: true } },
    { subject: "hosts", without: ["floor"], head: "| hosts |", asks: { ours: true } },
  ])
    it(`measures ${subject}, proves what was done, tells it as a table, keeps the raw figures, and leaves nothing else`, async () => {
      const leftOut = ["tofu", ...without].flatMap((name) => ["--without", name]);
      const args = ["--subject", subject, "--sizes", "1", "--rounds", "1", "--latency", "0", ...leftOut];
      const { code, stdout, stderr } = await bench({}, ...args);
      expect(code, stderr).to.equal(0);
      for (const words of [head, "| preview again |", "of 100 token roles takes less", "not measured"])
        expect(stdout).to.include(words);
      expect(stdout).to.match(/^\w+ \w+, \d+ cores, /);
      const { machine, samples } = JSON.parse(readFileSync(results, "utf8"));
      expect(Object.keys(machine.versions)).to.deep.equal(["node", "pulumi"]);
      for (const [contender, whether] of Object.entries(asks)) {
        const own: { subject: string; phase: string; seconds: number; requests: number }[] = samples.filter(
          (one: { contender: string }) => one.contender === contender,
        );
        const phases = ["preview", "up", "preview again", "destroy"];
        expect(own.map((one) => `${one.subject} ${one.phase}`)).to.deep.equal(phases.map((one) => `${subject} ${one}`));
        for (const { seconds, requests } of own) expect([seconds > 0, requests > 0]).to.deep.equal([true, whether]);
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
    const engine = await bench({ PVE_OPS_ENGINE: join(folder, "nowhere") }, "--subject", "tokens", "--without", "tofu");
    expect(engine.code).to.equal(1);
    expect(engine.stderr).to.include("no Pulumi engine can be had here");
    const bare = { PATH: dirname(process.execPath), PVE_OPS_CACHE: join(folder, "cache") };
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
