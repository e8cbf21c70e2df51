import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { command } from "../../setup/engine/command.ts";

export const BENCH = join(import.meta.dirname, "../../bench/bench.ts");

/** Runs of the bench, in a folder that goes with them. */
export class BenchRuns {
  readonly folder = mkdtempSync(join(tmpdir(), "pve-ops-bench-test-"));
  readonly results = join(this.folder, "results.json");
  readonly env = { ...process.env, TMPDIR: join(this.folder, "tmp") };

  constructor() {
    mkdirSync(this.env.TMPDIR);
  }

  run(more: NodeJS.ProcessEnv, ...args: string[]) {
    return command(process.execPath, [BENCH, "--results", this.results, ...args], { env: { ...this.env, ...more } });
  }

  /** What the runs left in the folder for what is temporary. */
  left(): string[] {
    return readdirSync(this.env.TMPDIR);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What is measured, by which contenders not, and of which contenders it is seen that they ask the cluster, or not. */
interface Measured {
  readonly subject: string;
  readonly without: readonly string[];
  readonly head: string;
  readonly asks: Readonly<Record<string, boolean>>;
}

/** A bench of one resource of a kind. */
export async function measures({ subject, without, head, asks }: Measured): Promise<void> {
  const runs = new BenchRuns();
  try {
    const leftOut = ["tofu", ...without].flatMap((name) => ["--without", name]);
    const args = ["--subject", subject, "--sizes", "1", "--rounds", "1", "--latency", "0", ...leftOut];
    const { code, stdout, stderr } = await runs.run({}, ...args);
    expect(code, stderr).to.equal(0);
    for (const words of [head, "| preview again |", "of 100 token roles takes less", "not measured"])
      expect(stdout).to.include(words);
    expect(stdout).to.match(/^\w+ \w+, \d+ cores, /);
    const { machine, samples } = JSON.parse(readFileSync(runs.results, "utf8"));
    expect(Object.keys(machine.versions)).to.deep.equal(["node", "pulumi"]);
    for (const [contender, whether] of Object.entries(asks)) {
      const own: { subject: string; phase: string; seconds: number; requests: number }[] = samples.filter(
        (one: { contender: string }) => one.contender === contender,
      );
      const phases = ["preview", "up", "preview again", "destroy"];
      expect(own.map((one) => `${one.subject} ${one.phase}`)).to.deep.equal(phases.map((one) => `${subject} ${one}`));
      for (const { seconds, requests } of own) expect([seconds > 0, requests > 0]).to.deep.equal([true, whether]);
    }
    expect(runs.left()).to.deep.equal([]);
  } finally {
    runs.close();
  }
}
