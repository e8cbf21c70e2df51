import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { command } from "../../setup/engine/command.ts";

const root = join(import.meta.dirname, "../..");

describe("a program that starts itself on a fresh machine", () => {
  let clone: string;
  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), "pve-ops-clone-"));
    mkdirSync(join(clone, "setup"));
    mkdirSync(join(clone, "bin"));
    cpSync(join(root, "setup/start.mjs"), join(clone, "setup/start.mjs"));
    writeFileSync(join(clone, "package-lock.json"), "{}");
    writeFileSync(
      join(clone, "program.ts"),
      "const words: string = process.argv.slice(2).join(); console.log(words); process.exit(7);",
    );
  });
  afterEach(() => rmSync(clone, { recursive: true, force: true }));

  const npm = (script: string) => {
    writeFileSync(join(clone, "bin/npm"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(clone, "bin/npm"), 0o755);
  };
  const start = (...args: string[]) =>
    command(process.execPath, [join(clone, "setup/start.mjs"), ...args], {
      env: { PATH: `${join(clone, "bin")}:/usr/bin:/bin` },
    });

  it("installs what it needs once, and again when that changed", async () => {
    npm(`mkdir -p node_modules; echo "$@" >>installs`);
    const first = await start("program.ts", "a", "b");
    expect(first.stderr).to.match(/Installing dependencies with npm, once/);
    const again = await start("program.ts");
    expect(again.stderr).to.equal("");
    writeFileSync(join(clone, "package-lock.json"), "{ }");
    expect((await start("program.ts")).stderr).to.match(/Installing/);
  });

  it("hands on the arguments and the exit code", async () => {
    npm("mkdir -p node_modules");
    const { code, stdout } = await start("program.ts", "a", "b");
    expect(stdout).to.equal("a,b\n");
    expect(code).to.equal(7);
  });

  it("when it is interrupted while it installs, ends npm first", async () => {
    npm(`mkdir -p node_modules; sleep 60 & echo $! >pid; wait`);
    const child = spawn(process.execPath, [join(clone, "setup/start.mjs"), "program.ts"], {
      env: { PATH: `${join(clone, "bin")}:/usr/bin:/bin` },
      stdio: "ignore",
    });
    const pid = () => Number(readFileSync(join(clone, "pid"), "utf8"));
    while (!existsSync(join(clone, "pid")) || !pid()) await new Promise((next) => setTimeout(next, 20));
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    expect(code).to.equal(130);
    // Dead at once, but there until its new parent has seen it.
    while (isThere(pid())) await new Promise((next) => setTimeout(next, 20));
  });

  it("says in npm's own words why it cannot, and what is needed", async () => {
    npm("echo 'npm warn old'; echo 'npm error code E404'; echo 'npm error nothing there'; exit 1");
    const { code, stderr } = await start("program.ts");
    expect(code).to.equal(2);
    expect(stderr).to.include(
      "npm could not install the dependencies (exit 1):\nnpm error code E404\nnpm error nothing there\n",
    );
    expect(stderr).to.include("Needed: npm, and a registry that it reaches");
    expect(stderr).not.to.include("npm warn");
  });

  it("says so where npm itself is missing", async () => {
    const bare = await command(process.execPath, [join(clone, "setup/start.mjs"), "program.ts"], {
      env: { PATH: join(clone, "bin") },
    });
    expect(bare.code).to.equal(2);
    expect(bare.stderr).to.match(/npm could not install the dependencies \(exit 127\):\nspawn npm ENOENT/);
  });
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
