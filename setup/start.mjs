// Runs one of our TypeScript programs from whatever Node is there: sees to the dependencies and to Node 24 first.
// Plain JavaScript without imports of ours, since nothing is installed yet when it starts.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_TO_START = 20;
const OLDEST_TO_RUN = 24; // runs TypeScript as it is
/** What each command of ours exits with that could not tell: 1 is an answer. */
const COULD_NOT = 2;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".pve-ops-installed");
const major = (version) => Number(/^v?(\d+)\./.exec(version)?.[1] ?? 0);

function stop(problem, next) {
  process.stderr.write(`pve-ops: ${problem}\n${next}\n`);
  process.exit(COULD_NOT);
}

/** Says `what` and how long it has taken, in one line on a terminal, else a line now and then. */
function progress(what) {
  const begun = Date.now();
  const seconds = () => Math.round((Date.now() - begun) / 1000);
  const { isTTY } = process.stderr;
  process.stderr.write(isTTY ? what : `${what}\n`);
  const timer = setInterval(
    () => process.stderr.write(isTTY ? `\r${what} ${seconds()} s` : `  still at it after ${seconds()} s\n`),
    isTTY ? 1000 : 30_000,
  );
  return () => {
    clearInterval(timer);
    process.stderr.write(isTTY ? `\r${what} ${seconds()} s, done\n` : `  done after ${seconds()} s\n`);
  };
}

/** Ends with the exit code and all that was printed. Where this program is to stop, that stops first, wholly. */
function run(command, args) {
  return new Promise((done) => {
    const end = () => {
      child.once("close", () => process.exit(130));
      process.kill(-child.pid, "SIGKILL");
    };
    // Before the child: one that is there while this still dies of a signal would go on alone.
    for (const signal of SIGNALS) process.once(signal, end);
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], detached: true });
    let printed = "";
    child.stdout.on("data", (chunk) => (printed += chunk));
    child.stderr.on("data", (chunk) => (printed += chunk));
    const finish = (result) => {
      for (const signal of SIGNALS) process.off(signal, end);
      done(result);
    };
    child.on("error", (error) => finish({ code: 127, printed: error.message }));
    child.on("close", (code) => finish({ code: code ?? 1, printed }));
  });
}

/** What npm said went wrong, without its warnings and its manual. */
const errorLines = (printed) => {
  const errors = printed.split("\n").filter((line) => /^npm (error|ERR!) ./.test(line));
  return (errors.length > 0 ? errors.slice(0, 12) : printed.trim().split("\n").slice(-12)).join("\n");
};

/** What the installed packages were made from; another machine's copy of them does not count. */
const wanted = () =>
  createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .update(`${process.platform} ${process.arch}`)
    .digest("hex");

async function installDependencies() {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted()) return;
  const end = progress("Installing dependencies with npm, once");
  // `node` brings its binary by an install script. Where that cannot be had, a Node 24 on PATH serves as well.
  const tries = [["ci"], ...(major(process.version) >= OLDEST_TO_RUN ? [["ci", "--ignore-scripts"]] : [])];
  let result = { code: 1, printed: "" };
  for (const args of tries) if (result.code !== 0) result = await run("npm", args);
  end();
  if (result.code !== 0)
    stop(
      `npm could not install the dependencies (exit ${result.code}):\n${errorLines(result.printed)}`,
      "Needed: npm, and a registry that it reaches (npm config get registry). Mend that and run the same command again.",
    );
  writeFileSync(stamp, wanted());
}

/** A Node that runs TypeScript as it is: the project's own, else the one that runs this. */
function runner() {
  const own = join(root, "node_modules", ".bin", "node");
  const candidates = [own, process.execPath];
  const found = candidates.find((node) => {
    const { status, stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
    return status === 0 && major(stdout) >= OLDEST_TO_RUN;
  });
  return (
    found ??
    stop(
      `there is no Node ${OLDEST_TO_RUN}: npm installed none (are install scripts switched off?) and this is ${process.version}`,
      `Put Node ${OLDEST_TO_RUN} or newer on PATH, or run: npm rebuild node --ignore-scripts=false`,
    )
  );
}

if (major(process.version) < OLDEST_TO_START)
  stop(`Node ${OLDEST_TO_START} or newer is needed to start, this is ${process.version}`, "Install one and run again.");

const [program, ...args] = process.argv.slice(2);
if (!program) stop("no program to run was given", "Usage: node setup/start.mjs PROGRAM.ts [ARGUMENTS]");

await installDependencies();
const node = runner();
const PATH = [dirname(node), join(root, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
// A terminal sends its Ctrl-C to the program as well; the other signals come to this process alone.
process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
const child = spawn(node, [join(root, program), ...args], { stdio: "inherit", env: { ...process.env, PATH } });
// A shell or npm in between does not hand every signal on: when it is gone, so is the one who asked for this.
const asker = process.ppid;
setInterval(() => process.ppid === asker || child.kill("SIGTERM"), 1000).unref();
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : COULD_NOT)));
