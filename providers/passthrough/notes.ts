import { z } from "zod";
import { type Finding, warning } from "../core/finding.ts";
import type { HostFacts } from "../host/host-facts.ts";
import { noteIn } from "../host/note.ts";
import { healedIn } from "../host/reboot/confirm.ts";
import { ANY, type HostStep } from "../host/step.ts";

/** Where a rescue says that nothing is to be handed on for now. */
export const HOLD = "/var/lib/pve-ops/hold.json";
/** Who holds a host, and since when (ISO). */
const Hold = z.object({ by: z.string(), at: z.string() });
type Hold = z.output<typeof Hold>;

const UNTOLD = "(its note does not say)";

/** Who holds a host; also where the note says nothing that can be read, since somebody left it. */
export function holdOn({ files }: HostFacts): Hold | undefined {
  return files[HOLD] === undefined ? undefined : (noteIn(Hold, files[HOLD]) ?? { by: UNTOLD, at: UNTOLD });
}

/** Has nobody hold the host any more. */
export const releasing = ({ files }: HostFacts): HostStep[] =>
  files[HOLD] === undefined ? [] : [{ do: "remove", path: HOLD, expected: ANY }];

/** Why nothing is handed on while a host is held. */
export function holdRefusals(where: string, host: HostFacts): string[] {
  const hold = holdOn(host);
  if (hold === undefined) return [];
  return [
    `it is held by ${hold.by} since ${hold.at}, after a rescue: declare mode: rescue, or release it with ` +
      `\`pve-ops rescue ${where} --release\``,
  ];
}

/** That a host healed itself, in words; nothing where it did not. */
export function healedWords(host: HostFacts): string | undefined {
  const healed = healedIn(host);
  if (healed === undefined) return undefined;
  const what = healed.failed === "" ? "every file is as before" : `it stopped in the middle (${healed.failed})`;
  return `healed itself at ${healed.at}, since ${healed.why}: ${what}`;
}

/** What a host that healed itself has to say. */
export function healedFindings(where: string, host: HostFacts): Finding[] {
  const words = healedWords(host);
  if (words === undefined) return [];
  return [warning("healed", where, `${where} ${words}. /var/log/pve-ops/heal.log there has the rest.`)];
}
