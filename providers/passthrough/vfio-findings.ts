import { type Finding, info, warning } from "../core/finding.ts";
import type { Claimant } from "../core/kind.ts";
import { placeWords } from "../host/edit/origin.ts";
import { lateWords } from "../host/late.ts";
import { adoptionFindings } from "./adoption.ts";
import { isToBind } from "./binding.ts";
import { isDisplay } from "./chosen-devices.ts";
import { groupFindings } from "./groups.ts";
import { darkFindings } from "./headless.ts";
import { keepsDark } from "./keeps-dark.ts";
import { healedFindings } from "./notes.ts";
import { awaitsReboot } from "./observed-vfio.ts";
import { takersOn, takerWords } from "./starting-guests.ts";
import type { Facts } from "./vfio-facts.ts";
import type { Args } from "./vfio-host-config.args.ts";
import { rebootsItself } from "./vfio-wish.ts";

/** What to know of a host; `isToWrite`: something of this is not written and rebuilt yet. */
export const findingsOf = (who: Claimant, args: Args, facts: Facts, isToWrite: boolean): Finding[] => [
  ...(isToWrite ? untilReboot(args, facts) : sinceReboot(who.name, args, facts)),
  ...(isToBind(who.name, args, facts) ? darkFindings(args, facts) : []),
  ...asItIs(who.name, args, facts),
];

function untilReboot(args: Args, facts: Facts): Finding[] {
  const { host } = args;
  const first = rebootsItself(args)
    ? []
    : [info("next-boot", host, `${host}: this counts from the next boot on; nothing reboots it.`)];
  return args.mode === "passthrough" ? [...first, ...darkFindings(args, facts)] : first;
}

/** What is written and rebuilt, and not in effect as long as the host runs as it was booted. */
function sinceReboot(name: string, args: Args, facts: Facts): Finding[] {
  const what = awaitsReboot(name, args, facts);
  if (what.length === 0) return [];
  const how = rebootsItself(args) ? "is rebooted by up" : "is to be rebooted";
  return [info("reboot-pending", args.host, `${args.host} ${how} for this to count: ${what.join(", ")}.`)];
}

/** What is so, whether something is to be done there or not. */
function asItIs(name: string, args: Args, facts: Facts): Finding[] {
  const always = [...healedFindings(args.host, facts.host), ...hanging(args, facts)];
  if (args.mode === "rescue") return [...always, ...staysDark(name, args, facts), ...takenAgain(args, facts)];
  if (args.mode === "off") return always;
  return [
    ...always,
    ...groupFindings(args, facts),
    ...usedInContainers(args, facts),
    ...adoptionFindings(name, args, facts),
  ];
}

const hanging = ({ host: where }: Args, { host }: Facts): Finding[] =>
  lateWords(host).map((words) => warning("no-answer", where, `${where}: ${words}.`));

/** What a rescue leaves as it is. */
function staysDark(name: string, { host: where, adopt }: Args, { host }: Facts): Finding[] {
  return keepsDark(host, name, "rescue")
    .filter(({ isLine }) => !(adopt && isLine))
    .map(({ at, said, why, isLine }) =>
      warning(
        "stays-dark",
        where,
        `${where}: ${placeWords(at)} has ${said}, which a rescue leaves: ${why}. ` +
          (isLine && at.origin.by !== "us"
            ? "adopt: true mutes it as long as this stands."
            : "Take it out for a picture there."),
      ),
    );
}

/** Who takes a display again as soon as the host is up. */
const takenAgain = ({ host: where }: Args, { host }: Facts): Finding[] =>
  takersOn(host).map((taker) =>
    warning("stays-dark", where, `${where}: ${takerWords(taker)}: qm set ${taker.vmid} --onboot 0 keeps it there.`),
  );

/** The files of cards below /dev are numbered in the order in which their drivers come up. */
function usedInContainers({ host: where }: Args, { host, chosen }: Facts): Finding[] {
  const ids = (host.said["containers"] ?? "").split("\n").filter(Boolean);
  if (ids.length === 0 || !chosen.devices.some(isDisplay)) return [];
  return [
    warning(
      "containers",
      where,
      `${where}: ${ids.length === 1 ? `container ${ids.join()} uses` : `containers ${ids.join(", ")} use`} cards of the host: ` +
        "those that go are gone for them, and the others may have other numbers then. Name them by /dev/dri/by-path.",
    ),
  ];
}
