import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect } from "chai";
import { command } from "../../setup/engine/command.ts";
import { closingLine, tally } from "./tally.ts";

const root = join(import.meta.dirname, "../..");

describe("the closing line of the tests", () => {
  const outcome = { passed: 3, failed: 0, skipped: 1 };

  for (const { given, ended, strict, line } of [
    { given: "all well", ended: [{ code: 0, outcome }], strict: false, line: "3 passed, 0 failed, 1 skipped" },
    { given: "a skip where none is allowed", ended: [{ code: 0, outcome }], strict: true, line: "3 passed, 1 failed" },
    {
      given: "a failure",
      ended: [
        { code: 2, outcome: { passed: 1, failed: 2, skipped: 0 } },
        { code: 0, outcome },
      ],
      strict: false,
      line: "4 passed, 2 failed, 1 skipped",
    },
    {
      given: "a process that ended before it counted",
      ended: [{ code: 139, outcome: undefined }],
      strict: false,
      line: "0 passed, 1 failed",
    },
    {
      given: "a process that counted and then crashed",
      ended: [{ code: 1, outcome: { passed: 5, failed: 0, skipped: 0 } }],
      strict: false,
      line: "5 passed, 1 failed",
    },
  ])
    it(`with ${given} is «${line}»`, () => {
      expect(
        closingLine(
          tally(
            ended.map((one) => ({ file: "x", ...one })),
            strict,
          ),
        ),
      ).to.equal(line);
    });

  it("is summed from what really ran, a crash and a broken file among it", async () => {
    const folder = (() => {
      mkdirSync(join(root, ".work"), { recursive: true });
      return mkdtempSync(join(root, ".work", "tests-"));
    })();
    const files = {
      "good.test.ts": `it("a", () => {}); it("b", () => {}); it.skip("c", () => {});`,
      "bad.test.ts": `it("a", () => { throw new Error("no"); });`,
      "crash.test.ts": `it("a", () => process.kill(process.pid, "SIGKILL"));`,
      "broken.test.ts": "const a: = 1;",
      "late.test.ts": `it("a", () => {}); after(() => { throw new Error("late"); });`,
    };
    try {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      const paths = Object.keys(files).map((name) => relative(root, join(folder, name)));
      const { code, stdout } = await command(process.execPath, [join(root, "test/run/run.ts"), ...paths], {
        cwd: root,
      });
      expect(stdout.trimEnd().split("\n").at(-1)).to.equal("3 passed, 4 failed, 1 skipped");
      expect(code).to.equal(1);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("the tests on virtual machines", () => {
  it("end with 75 where none can run, and say why", async () => {
    const { code, stdout } = await command(process.execPath, [join(root, "test/run/run.ts"), "--vm"], {
      cwd: root,
      env: { ...process.env, PATH: "/nowhere" },
    });
    expect(stdout).to.match(/^no test ran: .+\n$/);
    expect(code).to.equal(75);
  });
});
