import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Doors } from "./doors.ts";

/** What a host's namespaces are made of. */
interface Plan {
  readonly name: string;
  readonly tree: string;
  /** The folders of what it has over `/usr`, and over `/proc`. */
  readonly commands: string;
  readonly proc: string;
  /** The name of its folder of control files. */
  readonly controls: string;
}

/** The namespaces of a host that is up. */
export interface Space {
  readonly doors: Doors;
  /** Ends its first process, and with it the kernel ends all others; is there when it has. */
  close(): Promise<void>;
}

/** Makes them, from the lab's own; is there when the host's first process is. */
export async function openSpace(lab: Doors, { name, tree, controls, commands, proc }: Plan): Promise<Space> {
  const [enter = "", ...ways] = lab.command;
  const own = ["/usr/bin/unshare", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child"];
  const first = [join(import.meta.dirname, "first.sh"), name, tree, controls, commands, proc];
  const child = spawn(enter, [...ways, ...own, ...first]);
  const ended = once(child, "exit");
  const said = text(child.stderr);
  // What is still said to it when it has gone is for nobody.
  child.stdin.on("error", () => undefined);
  const [up] = await Promise.race([once(child.stdout, "data"), ended]);
  if (String(up).trim() !== "up") throw new Error(`${name} does not come up: ${(await said).trim()}`);
  const doors = Doors.of(child.pid, ["user", "mount", "uts", "ipc", "pid"]);
  const close = async () => {
    doors.close();
    child.stdin.end();
    await ended;
  };
  return { doors, close };
}
