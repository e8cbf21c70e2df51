// npm run bench: how long ours takes, beside the least that Pulumi needs and beside OpenTofu, against the same lab.
import { writeFileSync } from "node:fs";
import { ensureEngine } from "../setup/engine/engine.ts";
import { BPG, ensureOpenTofu, TOFU } from "../setup/opentofu/opentofu.ts";
import type { Contender, Name } from "./contender.ts";
import { figures } from "./figures.ts";
import { verdicts } from "./goals.ts";
import { Interruption } from "./interruption.ts";
import { LabProcess } from "./lab-process.ts";
import { machine, machineWords } from "./machine.ts";
import { measure } from "./measure.ts";
import { tofuContender } from "./opentofu.ts";
import { type Options, optionsIn, USAGE } from "./options.ts";
import { pulumiContender } from "./pulumi.ts";
import { table } from "./table.ts";

const say = (text: string) => console.error(text);

function options(): Options {
  try {
    return optionsIn(process.argv.slice(2));
  } catch (thrown) {
    console.error(`${thrown instanceof Error ? thrown.message : thrown}\n${USAGE}`);
    process.exit(2);
  }
}

/** What the contenders are made of, and which versions that is. */
async function programs(names: readonly Name[], { signal }: Interruption) {
  const needsEngine = names.some((name) => name !== "tofu");
  const engine = needsEngine ? await ensureEngine((text) => say(`${text} …`)) : undefined;
  const tofu = names.includes("tofu") ? await ensureOpenTofu((text) => say(`${text} …`), signal) : undefined;
  const versions = {
    ...(engine ? { pulumi: engine.version } : {}),
    ...(tofu ? { opentofu: TOFU.version, "bpg/proxmox": BPG.version } : {}),
  };
  return { engine, tofu, versions };
}

async function main(
  { subjects, names, sizes, rounds, latency, results }: Options,
  interruption: Interruption,
): Promise<void> {
  const { engine, tofu, versions } = await programs(names, interruption);
  interruption.goOn();
  const lab = await LabProcess.start(latency);
  try {
    const around = { connection: lab.connection, interrupt: interruption.signal };
    const contenders = names.flatMap((name): Contender[] => {
      if (name === "tofu") return tofu ? [tofuContender({ ...around, programs: tofu })] : [];
      return engine ? [pulumiContender(name, { ...around, engine })] : [];
    });
    const samples = await measure({ subjects, contenders, sizes, rounds }, { lab, interruption, say });
    const [on, all] = [machine(versions), figures(samples)];
    writeFileSync(results, `${JSON.stringify({ machine: on, rounds, latency, samples }, undefined, 2)}\n`);
    const tables = subjects.flatMap((subject) => [table(subject, all), ""]);
    console.log([machineWords(on), "", ...tables, ...verdicts(all)].join("\n"));
  } finally {
    await lab.close();
  }
}

const asked = options();
if (asked.help) console.log(USAGE);
else {
  const interruption = new Interruption(say);
  try {
    await main(asked, interruption);
  } catch (thrown) {
    if (!interruption.signal.aborted) say(thrown instanceof Error ? thrown.message : String(thrown));
    process.exitCode = interruption.signal.aborted ? 130 : 1;
  }
}
