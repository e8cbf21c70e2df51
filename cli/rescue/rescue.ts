import { Trouble } from "#providers/core/trouble.ts";
import { bad, type Check, good } from "../check.ts";
import { doneAt } from "../done.ts";
import { atHost } from "../hosts/at-host.ts";
import { orTrouble } from "../hosts/or-trouble.ts";
import { misuse, read } from "../options.ts";
import type { Outcome } from "../outcome.ts";
import { USAGE } from "../usage.ts";
import { released } from "./released.ts";
import { rescued } from "./rescued.ts";
import { startedAgain } from "./started-again.ts";

/** Gives a host its console back at its next start, with nothing but SSH: 0 done, 1 not all of it, 2 not reached. */
export async function rescue(args: readonly string[]): Promise<Outcome> {
  const { values, positionals } = read(
    args,
    { stack: { type: "string" }, json: { type: "boolean" }, reboot: { type: "boolean" }, release: { type: "boolean" } },
    USAGE.rescue,
  );
  const [host, ...more] = positionals;
  if (host === undefined || more.length > 0) throw misuse("one host at a time", USAGE.rescue);
  if (values.release && values.reboot) throw misuse("--release lets it go, and reboots nothing", USAGE.rescue);
  const { stack, json = false } = values;
  return await atHost({ host, stack, json }, async (reached) => {
    if (values.release) {
      const checks = await orTrouble(() => released(reached));
      return doneAt(host, checks instanceof Trouble ? [bad(checks.message)] : checks, json);
    }
    const { who, checks } = await rescued(reached);
    const isWhole = checks.every(({ ok }) => ok);
    const start = values.reboot && isWhole ? await startedAgain(reached, who) : [notStarted(values.reboot)];
    return doneAt(host, [...checks, ...start], json, json ? "" : later(host));
  });
}

const notStarted = (wanted: boolean | undefined): Check =>
  wanted
    ? bad(
        "it was not rebooted: not all is as a console needs it",
        "see to that, then the same again; or reboot it yourself",
      )
    : good("it counts from its next start on: reboot it, or say --reboot");

const later = (host: string): string =>
  `  Nothing is handed on there until: pve-ops rescue ${host} --release\n` +
  "  A stack that has the host: declare mode: rescue and adopt: true, then pulumi up --refresh; that ends the hold too.\n";
