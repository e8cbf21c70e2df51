import { failureWords } from "#providers/core/door.ts";
import { conflicts } from "#providers/core/standing.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { lateWords } from "#providers/host/late.ts";
import { armedIn } from "#providers/host/reboot/confirm.ts";
import { claimOn } from "#providers/host/standing-on-host.ts";
import { desired } from "#providers/passthrough/desired-vfio.ts";
import { healedWords, holdOn } from "#providers/passthrough/notes.ts";
import { factsOf } from "#providers/passthrough/vfio-facts.ts";
import { bad, type Check, good, untold } from "../check.ts";
import { recordTroubles } from "../facts/record-troubles.ts";
import { resourcesOn } from "../facts/resources.ts";
import type { DeclaredHost } from "../hosts/declared.ts";

/** Whether a host is as its stack declares it, or where none was named, as its own record says. */
export function judged(
  host: string,
  facts: HostFacts,
  declared: readonly DeclaredHost[] | undefined,
  due: readonly string[],
): Check[] {
  const found = [
    ...recordTroubles(facts),
    ...notes(host, facts),
    ...(declared ?? []).flatMap((one) => againstStack(facts, one)),
    ...(declared ? undeclared(facts, declared) : []),
    ...due.map((why) => bad(`a reboot is due: ${why}`)),
  ];
  return found.length > 0 ? found : [good(asItIs(facts, declared))];
}

function asItIs(facts: HostFacts, declared: readonly DeclaredHost[] | undefined): string {
  const there = resourcesOn(facts).map(({ name }) => name);
  if (declared) return there.length > 0 ? `as declared: ${there.join(", ")}` : "as declared: nothing of pve-ops";
  return there.length > 0 ? `as its record says: ${there.join(", ")}` : "nothing of pve-ops is there";
}

function notes(host: string, facts: HostFacts): Check[] {
  const [hold, armed, healed] = [holdOn(facts), armedIn(facts), healedWords(facts)];
  return [
    ...(hold
      ? [
          bad(
            `held by ${hold.by} since ${hold.at}: nothing is handed on`,
            `once it may be again: pve-ops rescue ${host} --release`,
          ),
        ]
      : []),
    ...(armed
      ? [bad(`it waits for ${armed.by} to confirm its start, and heals itself otherwise`, "let that pulumi up end")]
      : []),
    ...lateWords(facts).map((words) => untold(words, "until it does, no up and no destroy reboots the host")),
    ...(healed ? [bad(`it ${healed}`, "/var/log/pve-ops/heal.log there has the rest")] : []),
  ];
}

function againstStack(facts: HostFacts, { name, stack, args }: DeclaredHost): Check[] {
  const claim = claimOn(facts, name);
  if (claim !== undefined && claim.split("::")[0] !== `urn:pulumi:${stack}`)
    return [bad(`${name} belongs to ${claim}`, "give one of the two another name, or remove the other first")];
  const seen = factsOf({ name, urn: claim ?? "" }, args, facts);
  const { standing, refusals, effects } = desired({ name, urn: claim ?? "" }, args, seen);
  const different = conflicts(seen.standing, standing, standing).map(({ path }) => path);
  const lacking = [
    ...(different.length > 0
      ? [bad(`${name}: ${different.join(", ")} not as declared`, "pulumi preview --refresh --diff shows it")]
      : []),
    ...effects.map(({ detail }) => bad(`${name}: still to come: ${detail}`, "pulumi up")),
  ];
  const isThere = claim !== undefined || Object.keys(seen.standing.files).length > 0;
  return [
    ...refusals.map((failure) => bad(`${name} is refused: ${failureWords(failure)}`)),
    ...(isThere || lacking.length === 0
      ? lacking
      : [bad(`${name}: nothing of it is there yet`, "pulumi preview shows what is to be, pulumi up makes it")]),
  ];
}

function undeclared(facts: HostFacts, declared: readonly DeclaredHost[]): Check[] {
  return resourcesOn(facts)
    .filter(({ name, record }) => isHostConfig(record?.urn) && !declared.some((one) => one.name === name))
    .map(({ name, record }) =>
      bad(
        `${name} stands there and is not declared for it${record ? ` (${record.urn})` : ""}`,
        "pulumi destroy of the stack that made it, or declare it",
      ),
    );
}

/** Other kinds of resources have other lists in a stack's config. */
const isHostConfig = (urn = ""): boolean => urn === "" || urn.includes("pve:VfioHostConfig::");
