// What holds a lab's namespaces, and serves the control files of its hosts. Runs as root of the lab's own user
// namespace, in a mount namespace of its own; ends when the lab does.
// Usage: holding.ts SCRIPTS: the folder of the hosts' scripts.
import { execFileSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hiddenPrograms } from "./hidden.ts";
import { serveControls } from "./serve-controls.ts";
import { COMMANDS, CONTROL_FILES, HIDDEN, LOCAL, SCRIPTS, STAGE } from "./stage.ts";

const [scripts = ""] = process.argv.slice(2);
process.on("disconnect", () => process.exit());

const tell = (message: object): void => {
  process.send?.(message);
};

function prepare(): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", "mode=755", "lab", STAGE]);
  for (const folder of [CONTROL_FILES, SCRIPTS, HIDDEN, COMMANDS, LOCAL]) mkdirSync(folder);
  if (existsSync(scripts)) execFileSync("mount", ["--bind", scripts, SCRIPTS]);
  // What overlayfs takes for "not there" is a device of these numbers.
  const mark = join(STAGE, "not-there");
  execFileSync("mknod", [mark, "c", "0", "0"]);
  // Where this machine hangs while a host leaves it.
  mkdirSync(join(HIDDEN, ".machine"));
  for (const program of hiddenPrograms()) {
    mkdirSync(dirname(join(HIDDEN, program)), { recursive: true });
    linkSync(mark, join(HIDDEN, program));
  }
  // Nobody in a host needs a namespace in which to be root again.
  writeFileSync("/proc/sys/user/max_user_namespaces", "0");
}

prepare();
tell({ ready: true, controls: await serveControls(tell) });
