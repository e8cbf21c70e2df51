import { setTimeout as sleep } from "node:timers/promises";
import { Trouble } from "../core/trouble.ts";
import type { PveApi } from "./api.ts";

/** Milliseconds between two looks: soon at first, since most tasks are short. */
const FIRST = 200;
const LONGEST = 5_000;
const TAIL = 12;

/** Waits until a task has ended, and throws unless it ended well: the 200 that began it says nothing of that. */
export async function finished(api: PveApi, upid: string, doing: string): Promise<void> {
  const node = upid.split(":")[1] ?? "";
  for (let pause = FIRST; ; pause = Math.min(pause * 1.5, LONGEST)) {
    const { status, exitstatus = "" } = await api.call("GET /nodes/{node}/tasks/{upid}/status", { node, upid });
    if (status === "stopped" && (exitstatus === "OK" || /^WARNINGS: \d+$/.test(exitstatus))) return;
    if (status === "stopped") throw await failed(api, { node, upid, doing, exitstatus });
    await sleep(pause);
  }
}

async function failed(api: PveApi, task: { node: string; upid: string; doing: string; exitstatus: string }) {
  const { node, upid, doing, exitstatus } = task;
  const log = await api.call("GET /nodes/{node}/tasks/{upid}/log", { node, upid, limit: 0 }).catch(() => []);
  return new Trouble({
    doing,
    came: `the task ended with: ${exitstatus}`,
    next: `Its whole log is on ${node}: pvenode task log ${upid}`,
    details: telling(log.map(({ t }) => t))
      .map((line) => `  ${line}`)
      .join("\n"),
  });
}

/** The end of a log, and before it what went wrong farther up. */
function telling(log: readonly string[]): string[] {
  const tail = log.slice(-TAIL);
  const wrong = log.slice(0, -TAIL).filter((line) => /^(?:ERROR|TASK ERROR):/.test(line));
  return wrong.length > 0 ? [...wrong.slice(-TAIL), "…", ...tail] : tail;
}
