import { z } from "zod";
import { apiOf, RELEASES } from "./schema/schema.ts";
import type { TaskFault } from "./tasks/tasks.ts";

/** Milliseconds: no timer can be longer. */
const LONGEST = 2 ** 31 - 1;

const times = {
  skip: z.int().nonnegative().default(0).describe("how many get through first; 0 if it is not said"),
  times: z.int().positive().optional().describe("how many it hits then; all if it is not said"),
};

/** What goes wrong with calls. Those that are hit by several suffer all of it, the first that answers decides. */
const CallFaultFields = z.strictObject({
  ...times,
  node: z.string().optional().describe("the node that is asked"),
  verb: z.enum(["GET", "POST", "PUT", "DELETE"]).optional().describe("`GET`, `POST`, `PUT` or `DELETE`"),
  path: z
    .string()
    .refine(isSomePath, "no path of the API is like that; it is what stands behind /api2/json")
    .optional()
    .describe("below `/api2/json`; `*` stands for one part, `**` for any number"),
  delay: z.number().nonnegative().max(LONGEST).optional().describe("milliseconds of real time before anything is done"),
  drop: z
    .enum(["before", "unanswered", "halfway", "answered"])
    .optional()
    .describe(
      "the connection ends: `before` anything is done; when it is done, `unanswered`; `halfway` through the answer; " +
        "or after it, `answered`",
    ),
  status: z.int().min(400).max(599).optional().describe("the answer instead of PVE's, with nothing done"),
  message: z.string().default("got broken by the lab").describe("the words of that answer"),
  done: z.boolean().default(false).describe("whether what was asked for is done before that answer"),
});

/** A rule that could not go wrong would be a test that tests nothing. */
export const CallFault = CallFaultFields.refine(
  ({ delay, drop, status }) => delay !== undefined || drop !== undefined || status !== undefined,
  "say what goes wrong: delay, drop or status",
);

/** What goes wrong with tasks. */
export const FailingTask = z
  .strictObject({
    ...times,
    type: z.string().optional().describe("like `qmstart`"),
    id: z.string().optional().describe("like `100`"),
    fail: z.string().optional().describe("what it ends with, its work not done"),
    late: z.boolean().optional().describe("whether its work is done before it fails"),
    hang: z.boolean().optional().describe("it never ends by itself"),
    seconds: z.number().nonnegative().optional().describe("how much longer it takes, in the lab's time"),
  })
  .refine(
    ({ fail, hang, seconds }) => fail !== undefined || hang !== undefined || seconds !== undefined,
    "say what goes wrong: fail, hang or seconds",
  );

/** What goes wrong with the dry run of a prune: it tells of something else than the prune does. */
export const WrongDryRun = z.strictObject({
  ...times,
  storage: z.string().optional().describe("of which storage it is"),
  removes: z
    .int()
    .positive()
    .default(1)
    .describe(
      "how many backups it marks `remove` beyond what the rules say, the newest of those that stay; 1 if it is not said",
    ),
});

/** What goes wrong with a host's SSH. Those that are hit by several suffer the first. */
export const SshFault = z
  .strictObject({
    ...times,
    node: z.string().optional().describe("the node that is reached"),
    at: z
      .enum(["connect", "before", "during", "after"])
      .describe(
        "`connect`: no connection comes about; `before`: a command comes, and nothing of it is done; `during`: it runs; " +
          "`after`: it has ended and what it said is out, but not how it ended",
      ),
    command: z.string().optional().describe("what the command has in it; not for `connect`"),
    bytes: z.int().nonnegative().optional().describe("`during`: as soon as the command has said that much"),
    milliseconds: z.number().nonnegative().max(LONGEST).optional().describe("`during`: so long after it began"),
    file: z.string().startsWith("/").optional().describe("`during`: as soon as the host has that file"),
    how: z
      .enum(["cut", "silence"])
      .default("cut")
      .describe("`cut`: the connection ends; `silence`: it stays, and nothing comes any more; `cut` if it is not said"),
    kill: z
      .boolean()
      .default(false)
      .describe("whether the command is killed, too; if it is not said it goes on, as with a real sshd"),
  })
  .refine(
    ({ at, bytes, milliseconds, file }) =>
      (at === "during") === [bytes, milliseconds, file].some((when) => when !== undefined),
    "say when: bytes, milliseconds or file go with `during`, and it with one of them",
  )
  .refine(({ at, command }) => at !== "connect" || command === undefined, "no command has come yet at `connect`");

/** How a node comes back from a reboot, or does not. */
export const BadReboot = z
  .strictObject({
    ...times,
    times: z.int().positive().default(1).describe("how many it hits then; 1 if it is not said"),
    node: z.string().optional().describe("the node that starts over"),
    hang: z
      .enum(["down", "up"])
      .optional()
      .describe(
        "it hangs until somebody switches it off and on (`come-back`): as it goes `down`, its programs ended and its boot " +
          "loader not reached yet, or as it comes `up`",
      ),
    seconds: z.number().nonnegative().optional().describe("how much longer it takes, in the lab's time"),
    cmdline: z
      .literal("before")
      .optional()
      .describe("`before`: its kernel has the command line that it had, whatever the boot loader says now"),
    kernel: z.string().min(1).optional().describe("it comes back with that kernel, like `6.5.13-6-pve`"),
    network: z.literal(false).optional().describe("`false`: it comes up, and nobody reaches it"),
  })
  .refine(
    ({ hang, seconds, cmdline, kernel, network }) =>
      [hang, seconds, cmdline, kernel, network].some((what) => what !== undefined),
    "say what goes wrong: hang, seconds, cmdline, kernel or network",
  );

export type CallFault = z.infer<typeof CallFault>;
export type SshFault = z.infer<typeof SshFault>;
export type FailingTask = z.infer<typeof FailingTask>;
export type BadReboot = z.infer<typeof BadReboot>;
export type WrongDryRun = z.infer<typeof WrongDryRun>;

export interface CallSeen {
  readonly node: string;
  readonly verb: string;
  readonly path: string;
}

/** Everything that a lab was told to get wrong. */
export class Faults {
  /**
   * Milliseconds of real time that every call takes at least, and that there and back takes on an SSH connection made
   * from now on; not a fault, so that it stays when all is well again.
   */
  latency = 0;
  readonly #calls = new Rules<CallFault>();
  readonly #tasks = new Rules<FailingTask>();
  readonly #dryRuns = new Rules<WrongDryRun>();
  readonly #ssh = new Rules<SshFault>();
  readonly #reboots = new Rules<BadReboot>();

  /** Has calls go wrong from now on, until what it returns is called. */
  calls(fault: z.input<typeof CallFault>): () => void {
    return this.#calls.add(CallFault.parse(fault));
  }

  /** Has tasks go wrong that begin from now on, until what it returns is called. */
  tasks(fault: z.input<typeof FailingTask>): () => void {
    return this.#tasks.add(FailingTask.parse(fault));
  }

  /** Has dry runs tell of more than a prune would do, until what it returns is called. */
  dryRuns(fault: z.input<typeof WrongDryRun>): () => void {
    return this.#dryRuns.add(WrongDryRun.parse(fault));
  }

  /** Has SSH connections go wrong, until what it returns is called. */
  ssh(fault: z.input<typeof SshFault>): () => void {
    return this.#ssh.add(SshFault.parse(fault));
  }

  /** Has the next reboots end otherwise than well, until what it returns is called. */
  reboots(fault: z.input<typeof BadReboot>): () => void {
    return this.#reboots.add(BadReboot.parse(fault));
  }

  clear(): void {
    this.#calls.clear();
    this.#tasks.clear();
    this.#dryRuns.clear();
    this.#ssh.clear();
    this.#reboots.clear();
  }

  /** What is set, and how often something came by that it is for. */
  told() {
    return {
      calls: this.#calls.told(),
      tasks: this.#tasks.told(),
      dryRuns: this.#dryRuns.told(),
      ssh: this.#ssh.told(),
      reboots: this.#reboots.told(),
    };
  }

  hit({ node, verb, path }: CallSeen): readonly CallFault[] {
    return this.#calls.hit(
      (fault) => is(fault.node, node) && is(fault.verb, verb) && (fault.path === undefined || fits(fault.path, path)),
    );
  }

  ofTask(type: string, id: string): TaskFault {
    return this.#tasks.hit((fault) => is(fault.type, type) && is(fault.id, id), 1)[0] ?? {};
  }

  /** What goes wrong with a connection that is made. */
  ofConnection(node: string): SshFault | undefined {
    return this.#ssh.hit((fault) => fault.at === "connect" && is(fault.node, node), 1)[0];
  }

  /** What goes wrong with the connection of a command that comes. */
  ofCommand(node: string, command: string): SshFault | undefined {
    const isFor = (fault: SshFault) =>
      fault.at !== "connect" && is(fault.node, node) && command.includes(fault.command ?? "");
    return this.#ssh.hit(isFor, 1)[0];
  }

  /** What goes wrong with the reboot that a node begins; another time it is another one's turn. */
  ofReboot(node: string): BadReboot | undefined {
    return this.#reboots.hit((fault) => is(fault.node, node), 1)[0];
  }

  /** How many backups more than the rules say a dry run marks. */
  ofDryRun(storage: string): number {
    return this.#dryRuns.hit((fault) => is(fault.storage, storage), 1)[0]?.removes ?? 0;
  }
}

class Rules<R extends { readonly skip: number; readonly times?: number | undefined }> {
  readonly #seen = new Map<R, number>();

  add(rule: R): () => void {
    this.#seen.set(rule, 0);
    return () => this.#seen.delete(rule);
  }

  clear(): void {
    this.#seen.clear();
  }

  told() {
    return [...this.#seen].map(([rule, seen]) => ({ ...rule, seen }));
  }

  /** The rules that hit now, no more than `most`: another one does not count what it did not do. */
  hit(isFor: (rule: R) => boolean, most = Number.POSITIVE_INFINITY): R[] {
    const hit: R[] = [];
    for (const [rule, seen] of this.#seen) {
      if (hit.length >= most || !isFor(rule)) continue;
      this.#seen.set(rule, seen + 1);
      const last = rule.times === undefined ? Number.POSITIVE_INFINITY : rule.skip + rule.times;
      if (seen >= rule.skip && seen < last) hit.push(rule);
    }
    return hit;
  }
}

const is = (wanted: string | undefined, value: string): boolean => wanted === undefined || wanted === value;

function fits(glob: string, path: string, isSame = (a: string, b: string | undefined) => a === b): boolean {
  const follows = ([first, ...others]: readonly string[], parts: readonly string[]): boolean => {
    if (first === undefined) return parts.length === 0;
    if (first === "**") return [...parts, ""].some((_, skipped) => follows(others, parts.slice(skipped)));
    return parts.length > 0 && (first === "*" || isSame(first, parts[0])) && follows(others, parts.slice(1));
  };
  return follows(glob.split("/"), path.split("/"));
}

/** Whether a rule's path can be that of a call: any word may stand where the API has a place for one. */
function isSomePath(glob: string): boolean {
  const isSame = (word: string, part: string | undefined) => word === part || part?.startsWith("{") === true;
  return RELEASES.some((release) => Object.keys(apiOf(release).paths).some((path) => fits(glob, path, isSame)));
}
