import type { Claimant } from "#providers/core/kind.ts";
import { Trouble } from "#providers/core/trouble.ts";
import { guestsWords } from "#providers/host/reboot/leaving.ts";
import { rebooted } from "#providers/host/reboot/reboot.ts";
import { bad, type Check, good } from "../check.ts";
import type { Reached } from "../hosts/reach.ts";
import { untilStarted } from "./console-back.ts";

/** Seconds in which a host that reboots has to answer again. */
const COME_BACK = 900;

/** Starts a host again and looks whether what was written counts; one that runs with it already stays up. */
export async function startedAgain({ name: where, host }: Reached, who: Claimant): Promise<Check[]> {
  const before = await host.facts();
  if (untilStarted(who, where, before).length === 0) return [good("it was started with that already")];
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  const guests = guestsWords(before);
  if (guests) say(`${where}: ${guests}, and will go down with it`);
  try {
    await rebooted(
      {
        host,
        by: "rescue",
        from: before.bootId,
        short: (facts) => untilStarted(who, where, facts),
        hindered: () => [],
        comeBack: COME_BACK,
        proven: () => [],
      },
      { say },
    );
    return [good("it was started again, and runs with it")];
  } catch (thrown) {
    if (thrown instanceof Trouble) return [bad(thrown.message)];
    throw thrown;
  }
}
