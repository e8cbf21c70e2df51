import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Question, Reply } from "../fuse/control-files.ts";
import { Doors } from "./doors.ts";
import { mapIdentities } from "./identities.ts";
import { Told } from "./messages.ts";

/** The user namespace of a lab, and the mount namespace that those of its hosts are made from. */
export interface Holder {
  readonly doors: Doors;
  /** Why the hosts have no control files, if they have none. */
  readonly withoutControls: string | undefined;
  close(): Promise<void>;
}

/** Opens them; whatever is asked of a control file is answered by `answer`. */
export async function openHolder(scripts: string, answer: (question: Question) => Promise<Reply>): Promise<Holder> {
  const here = import.meta.dirname;
  const program = [join(here, "hold.sh"), process.execPath, join(here, "holding.ts"), scripts];
  const child = spawn("/usr/bin/unshare", ["--user", "--mount", ...program], {
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error("what holds the namespaces cannot be spoken to");
  const gone = once(child, "exit");
  const said = text(stderr);
  const failed = gone.then(async () => Promise.reject(new Error((await said).trim())));
  // Matters to those only who wait for something else of it.
  failed.catch(() => undefined);
  const ready = Promise.withResolvers<string | undefined>();
  child.on("message", (message) => {
    const told = Told.parse(message);
    if ("ready" in told) return ready.resolve(told.controls);
    const { question, ...what } = told;
    void answer(what).then((reply) => child.connected && child.send({ question, ...reply }));
  });
  await Promise.race([once(stdout, "data"), failed]);
  mapIdentities(child.pid);
  const doors = Doors.of(child.pid, ["user", "mount"]);
  stdin.end("go\n");
  const close = async () => {
    doors.close();
    child.kill("SIGKILL");
    await gone;
  };
  return { doors, withoutControls: await Promise.race([ready.promise, failed]), close };
}
