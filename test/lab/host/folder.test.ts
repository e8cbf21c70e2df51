import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { hostsFolder } from "../../../lab/host/folder.ts";

describe("the folder of a lab's hosts", () => {
  it("is gone when the lab has ended", async () => {
    const folder = hostsFolder();
    expect(existsSync(folder.path)).to.equal(true);
    await folder.remove();
    expect(existsSync(folder.path)).to.equal(false);
  });

  it("is gone when the lab was killed", async () => {
    const file = join(import.meta.dirname, "../../../lab/host/folder.ts");
    const program = `const { hostsFolder } = await import(${JSON.stringify(file)});
      process.stdout.write(hostsFolder().path);
      process.stdin.resume();`;
    const lab = spawn(process.execPath, ["--input-type=module", "-e", program]);
    const [path] = await once(lab.stdout.setEncoding("utf8"), "data");
    expect(existsSync(path)).to.equal(true);
    lab.kill("SIGKILL");
    while (existsSync(path)) await new Promise((done) => setTimeout(done, 10));
  });
});
