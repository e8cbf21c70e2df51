import { asText } from "../api/api-error.ts";
import type { Chance } from "../chance.ts";
import type { Clock } from "../clock.ts";
import { type TaskName, upidOf } from "./upid.ts";

export interface Task extends TaskName {
  readonly upid: string;
  readonly log: readonly string[];
  readonly end: { readonly time: number; readonly status: string } | undefined;
}

/**
 * What a task does. It begins at once, says what goes into its log, and yields the seconds until it goes on; what it
 * throws is what it fails with.
 */
export type Work = (say: (line: string) => void) => Generator<number, void>;

/** How a task that is told to misbehave does it. */
export interface TaskFault {
  /** Ends with these words. */
  readonly fail?: string | undefined;
  /** Whether its work is done first. */
  readonly late?: boolean | undefined;
  /** Never ends by itself. */
  readonly hang?: boolean | undefined;
  /** Takes that much longer. */
  readonly seconds?: number | undefined;
}

/** What its work meets where it waits when somebody ends a task: it may still clean up. */
export class Interrupted extends Error {
  override readonly message = "received interrupt";
}

/** Thrown by work that ends without the last line of its log that tells how. */
export class Unsaid extends Error {
  override readonly message = "unexpected status";
}

interface Running extends Task {
  readonly log: string[];
  end: Task["end"];
  rest: Generator<number, void>;
}

/** A task ends one step after it began at the earliest: nobody sees it ended in the answer that names it. */
const A_MOMENT = 0.2;

/** The tasks of a cluster, in the order in which they began. */
export class Tasks {
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #faultOf: (type: string, id: string) => TaskFault;
  readonly #all = new Map<string, Running>();

  constructor(clock: Clock, chance: Chance, faultOf: (type: string, id: string) => TaskFault = () => ({})) {
    this.#clock = clock;
    this.#chance = chance;
    this.#faultOf = faultOf;
  }

  get all(): readonly Task[] {
    return [...this.#all.values()];
  }

  find(upid: string): Task | undefined {
    return this.#all.get(upid);
  }

  /** Begins a task; its name is all that its starter gets. */
  begin(about: Pick<TaskName, "node" | "type" | "id" | "holder">, work: Work): string {
    const name = {
      ...about,
      pid: 1000 + this.#chance.below(4_000_000),
      pstart: this.#chance.below(0xffffffff),
      starttime: this.#clock.now(),
    };
    const log: string[] = [];
    const rest = steps(
      work((line) => log.push(line)),
      this.#faultOf(about.type, about.id),
    );
    const task: Running = { ...name, upid: upidOf(name), log, end: undefined, rest };
    this.#all.set(task.upid, task);
    this.#goOn(task);
    return task.upid;
  }

  /** Ends a task that still runs, as a signal does. */
  stop(upid: string): void {
    const task = this.#all.get(upid);
    if (task) this.#goOn(task, (rest) => rest.throw(new Interrupted()));
  }

  /** The node went down: its tasks are gone without a last word. */
  lose(node: string): void {
    for (const task of this.#all.values())
      if (task.node === node) task.end ??= { time: this.#clock.now(), status: "unexpected status" };
  }

  #goOn(task: Running, how = (rest: Running["rest"]) => rest.next()): void {
    if (task.end) return;
    try {
      const { done, value } = how(task.rest);
      if (done) this.#finish(task, "OK", "TASK OK");
      else if (value !== Number.POSITIVE_INFINITY) this.#clock.after(value, () => this.#goOn(task));
    } catch (thrown) {
      const trouble = asText(thrown).trimEnd().replaceAll("\n", " ");
      if (thrown instanceof Unsaid) this.#finish(task, trouble);
      else this.#finish(task, trouble, `TASK ERROR: ${trouble}`);
    }
  }

  #finish(task: Running, status: string, ...lastWords: readonly string[]): void {
    task.log.push(...lastWords);
    task.end = { time: this.#clock.now(), status };
  }
}

function* steps(work: Generator<number, void>, { fail, late, hang, seconds = 0 }: TaskFault): Generator<number, void> {
  if (seconds > 0) yield seconds;
  if (hang) yield Number.POSITIVE_INFINITY;
  if (fail === undefined || late) yield* work;
  yield A_MOMENT;
  if (fail !== undefined) throw new Error(fail);
}
