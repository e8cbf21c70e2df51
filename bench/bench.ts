// npm run bench: how long ours takes, beside the least that Pulumi needs and beside others, on the same ground.
import { writeFileSync } from "node:fs";
import { figures } from "./figures.ts";
import { verdicts } from "./goals.ts";
import { Interruption } from "./interruption.ts";
import { machine, machineWords } from "./machine.ts";
import { measure, type Sample } from "./measure.ts";
import { type Options, optionsIn, USAGE } from "./options.ts";
import { Programs } from "./programs.ts";
import { takesPart } from "./subject.ts";
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

async function main(options: Options, interruption: Interruption): Promise<void> {
  const { subjects, rounds, results } = options;
  const taking = options.names.filter((name) => subjects.some((subject) => takesPart(subject, name)));
  const programs = await Programs.ready(taking, say, interruption.signal);
  try {
    const samples: Sample[] = [];
    for (const subject of subjects) {
      interruption.goOn();
      const { sizes = subject.sizes, latency = subject.latency } = options;
      const names = taking.filter((name) => takesPart(subject, name));
      const ground = await subject.ground({ most: Math.max(...sizes), latency });
      try {
        const contenders = names.map((name) => programs.contender(name, ground));
        samples.push(...(await measure({ subject, contenders, sizes, rounds }, { ground, interruption, say })));
      } finally {
        await ground.close();
      }
    }
    const [on, all] = [machine(programs.versions), figures(samples)];
    const latency = Object.fromEntries(subjects.map((one) => [one.name, options.latency ?? one.latency]));
    writeFileSync(results, `${JSON.stringify({ machine: on, rounds, latency, samples }, undefined, 2)}\n`);
    const tables = subjects.flatMap((subject) => [table(subject, all), ""]);
    console.log([machineWords(on), "", ...tables, ...verdicts(all)].join("\n"));
  } finally {
    programs.close();
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
