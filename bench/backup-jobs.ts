import type { State } from "../lab/state.ts";
import { homelab } from "./homelab.ts";
import type { Subject } from "./subject.ts";

const MINUTES_A_DAY = 24 * 60;
/** Of the simulated cluster. */
const GUESTS = [101, 102, 103, 110, 111, 112, 113, 120, 200, 201];

/** So many jobs, each at a minute of its own: every other one for all guests, the others for two. */
const jobs = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const vmids = [index, index + 1].flatMap((n) => GUESTS[n % GUESTS.length] ?? []).toSorted((a, b) => a - b);
    return {
      id: `bench-${index + 1}`,
      schedule: scheduleOf(index),
      ...(index % 2 === 0 ? {} : { vmids }),
      storage: "backups",
      keep: { daily: 7, weekly: 4 },
    };
  });

function scheduleOf(index: number): string {
  const minute = (index * 7) % MINUTES_A_DAY; // as prime to a day, none comes twice before all have come
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** As BackupRetention takes them. */
const declared = (count: number) => jobs(count).map(({ vmids, ...job }) => ({ ...job, guests: vmids ?? "all" }));

const oneEach = (count: number) => declared(count).map((job) => ({ name: job.id, jobs: [job] }));

export const backups: Subject = {
  name: "backups",
  words: { one: "backup job", many: "backup jobs", requests: "requests" },
  sizes: [1, 10, 100, 500],
  latency: 0,
  ground: homelab,
  list: "backups",
  lists: { ours: oneEach, bundle: (count) => [{ name: "bundle", jobs: declared(count) }], floor: oneEach },
  tofu: {
    variables: (size) => ({ jobs: Object.fromEntries(jobs(size).map(({ id, ...job }) => [id, job])) }),
    resources: 1,
  },
  isWritten: (path) => path === "jobs.cfg",
  shortfall(before, after, made) {
    const [was, is] = [sections(before), sections(after)];
    const wrong = jobs(made).find((job) => !linesOf(job).every((line) => is.get(job.id)?.includes(line)));
    if (wrong) return `the cluster should have the job\n${linesOf(wrong).join("\n")}\nand has\n${is.get(wrong.id)}`;
    const more = is.size - was.size;
    return more === made ? undefined : `the cluster should have ${made} more jobs, and has ${more}`;
  },
};

/** What PVE's own file has to say of a job; a client may say what is the default, too. */
const linesOf = ({ schedule, vmids, storage, keep }: ReturnType<typeof jobs>[number]): readonly string[] => [
  ...[`schedule ${schedule}`, `storage ${storage}`, "mode snapshot", "compress zstd"],
  `prune-backups keep-daily=${keep.daily},keep-weekly=${keep.weekly}`,
  vmids ? `vmid ${vmids.join()}` : "all 1",
];

/** The lines of each job in PVE's own file, by its id. */
const sections = (state: State): ReadonlyMap<string, readonly string[]> =>
  new Map(
    (state["jobs.cfg"] ?? "").split("\n\n").flatMap((section) => {
      const [head = "", ...lines] = section.split("\n").map((line) => line.trim());
      return head === "" ? [] : [[head.replace("vzdump: ", ""), lines] as const];
    }),
  );
