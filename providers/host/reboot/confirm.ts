import { z } from "zod";
import { ownedText } from "../edit/owned.ts";
import type { HostFacts } from "../host-facts.ts";
import { digest } from "../journal.ts";
import { noteIn } from "../note.ts";
import { APPLY } from "../program/apply.ts";
import { ANY, batch, type HostStep } from "../step.ts";
import { HEAL, SERVICE, timer } from "./heal.ts";

const HOME = "/var/lib/pve-ops";
const FOLDER = `${HOME}/confirm`;
const RECORD = `${HOME}/confirm.json`;
const HEALED = `${HOME}/healed.json`;
const UNITS = "/etc/systemd/system";

/** How long what heals waits for a run that is at work on the host. */
const LOCK_SECONDS = 600;

/** A host that heals itself after its next start, unless it is told that all is well. */
const Armed = z.strictObject({
  /** The URN of the resource that armed it. */
  by: z.string(),
  /** The boot id from before. */
  before: z.string(),
  /** The kernel that it is to start: the one from before, unless another is pinned. */
  kernel: z.string(),
});
export type Armed = z.output<typeof Armed>;

/** What a host left behind that healed itself: when, why, and what it could not do of it. */
const Healed = z.strictObject({ at: z.string(), why: z.string(), failed: z.string() });
export type Healed = z.output<typeof Healed>;

export const armedIn = ({ files }: HostFacts): Armed | undefined => noteIn(Armed, files[RECORD]);
export const healedIn = ({ files }: HostFacts): Healed | undefined =>
  files[HEALED] === undefined ? undefined : (noteIn(Healed, files[HEALED]) ?? CUT_OFF);

/** What is left of such a note where the disk is full. */
const CUT_OFF: Healed = {
  at: "a time that it could not write down",
  why: "nobody confirmed its start",
  failed: "nor could it write down how far it got",
};

/** The kernel that its boot loader was told to take: a pin for the next start alone comes before one for all. */
export const pinnedKernel = ({ files }: HostFacts): string | undefined =>
  (files["/etc/kernel/next-boot-pin"] ?? files["/etc/kernel/proxmox-boot-pin"])?.trim() || undefined;

export const kernelToStart = (facts: HostFacts): string => pinnedKernel(facts) ?? facts.kernel;

/** Has a host take `heal` by itself `seconds` after its next start. */
export function arming(by: string, facts: HostFacts, heal: readonly HostStep[], seconds: number): HostStep[] {
  const { bootId, files } = facts;
  const record = `${JSON.stringify({ by, before: bootId, kernel: kernelToStart(facts) } satisfies Armed)}\n`;
  const steps = [{ do: "expect", path: RECORD, expected: digest(record) } as const, ...heal];
  const name = by.split("::").slice(3).join("::");
  const { data } = batch([...steps, gone(RECORD)], LOCK_SECONDS);
  const put = (path: string, text: string, mode = "600"): HostStep => ({
    do: "write",
    path,
    expected: ANY,
    mode,
    text,
  });
  return [
    ...forgetting(files),
    { do: "folder", path: HOME, mode: "700" },
    { do: "folder", path: FOLDER, mode: "700" },
    gone(`${FOLDER}/taken`),
    put(`${FOLDER}/program`, APPLY),
    put(`${FOLDER}/steps`, data.toString("latin1")),
    put(`${FOLDER}/before`, `${bootId}\n`),
    put(`${FOLDER}/heal`, HEAL),
    put(`${UNITS}/pve-ops-confirm.service`, ownedText(name, { text: SERVICE }), "644"),
    put(`${UNITS}/pve-ops-confirm.timer`, ownedText(name, { text: timer(seconds) }), "644"),
    put(RECORD, record),
    { do: "units", act: "enable" },
  ];
}

/** Has it be well as it is; stops where it has begun to heal itself. */
export const confirming = ({ files }: HostFacts): HostStep[] => [
  { do: "expect", path: RECORD, expected: digest(files[RECORD]) },
  gone(RECORD),
  { do: "units", act: "disable" },
];

/** Whether something of that is there, and nothing armed: a run was cut off as it took it away, or the host as it healed. */
export const isLeftOf = (facts: HostFacts): boolean => facts.folders.includes(FOLDER) && armedIn(facts) === undefined;

/** Has it forget that it healed itself. */
export const forgetting = (files: HostFacts["files"]): HostStep[] =>
  files[HEALED] === undefined ? [] : [gone(HEALED)];

const gone = (path: string): HostStep => ({ do: "remove", path, expected: ANY });
