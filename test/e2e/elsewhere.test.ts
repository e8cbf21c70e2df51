import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { cacheFolder, keep } from "../../setup/engine/cache.ts";
import { command, type Result } from "../../setup/engine/command.ts";
import { ensureEngine } from "../../setup/engine/engine.ts";
import { engineEnvironment } from "../../setup/engine/environment.ts";
import { type Extra, pack, stage } from "../../setup/package/stage.ts";
import { good } from "../support/fixture.ts";

const NODE = "22.23.3";
/** What the operator's commands start with. */
const OLDEST_FOR_COMMANDS = "20.19.5";
const SDK = "3.270.0";
const root = join(import.meta.dirname, "../..");
/** Each kind of program with one of the two that install packages; the kinds do not depend on that. */
const PROGRAMS = { npm: ["esm-js", "cjs-ts"], pnpm: ["esm-ts", "cjs-js"] };
const localBlock: Extra = {
  name: "LocalBlock",
  class: "test/fixture/local-block.ts",
  provider: "test/fixture/local-block.provider.ts",
};

/** The folder of a plain Node that is not the project's own. */
async function plainNode(version: string): Promise<string> {
  const place = join(cacheFolder(), `node-${version}-${process.platform}-${process.arch}`);
  if (!existsSync(place)) {
    mkdirSync(cacheFolder(), { recursive: true });
    const made = mkdtempSync(join(cacheFolder(), "node-"));
    writeFileSync(join(made, "package.json"), JSON.stringify({ allowScripts: { node: true } }));
    await good(command("npm", ["install", `node@${version}`], { cwd: made }));
    keep(made, place);
  }
  return join(place, "node_modules/node/bin");
}

describe("in somebody else's project", function () {
  this.timeout(600_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let archive: string;

  const run = (cwd: string, file: string, ...args: string[]): Promise<Result> => command(file, args, { cwd, env });
  const pulumi = (cwd: string, ...args: string[]) =>
    good(run(cwd, "pulumi", ...args, "--non-interactive", "--color", "never"));

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pve-ops-elsewhere-"));
    const engine = await ensureEngine(() => {});
    const theirs = (process.env["PATH"] ?? "").split(delimiter).filter((path) => !path.startsWith(root));
    const PATH = [await plainNode(NODE), engine.bin, ...theirs].join(delimiter);
    env = engineEnvironment(engine, join(folder, "pulumi"), { PATH });
    await stage(join(folder, "staged"), { extra: [localBlock] });
    archive = await pack(join(folder, "staged"), folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("the package holds compiled files, each with its types and a map to its source", () => {
    const dist = join(folder, "staged/dist");
    const modules = globSync("**/*.js", { cwd: dist });
    expect(modules).to.include("providers/core/lifecycle.js");
    for (const module of modules) {
      expect(existsSync(join(dist, module.replace(/js$/, "d.ts"))), module).to.equal(true);
      const map: { sourcesContent?: string[] } = JSON.parse(readFileSync(join(dist, `${module}.map`), "utf8"));
      expect(map.sourcesContent?.[0], module).to.be.a("string");
    }
    expect(globSync("**/*.ts", { cwd: dist }).filter((file) => !file.endsWith(".d.ts"))).to.deep.equal([]);
  });

  for (const [manager, programs] of Object.entries(PROGRAMS)) {
    describe(`that ${manager} installs`, () => {
      let project: string;

      before(async () => {
        project = join(folder, manager);
        cpSync(join(root, "test/fixture/elsewhere"), project, { recursive: true });
        const dependencies = { "@pulumi/pulumi": SDK, "pulumi-pve-ops": `file:${archive}` };
        const devDependencies = { "@types/node": "22", "ts-node": "10.9.2", typescript: "5.9.3" };
        writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, dependencies, devDependencies }));
        await good(run(project, manager === "npm" ? "npm" : join(root, "node_modules/.bin/pnpm"), "install"));
      });

      for (const version of [OLDEST_FOR_COMMANDS, NODE])
        it(`pve-ops judges a preview with plain Node ${version}`, async () => {
          const preview = join(project, "preview.json");
          writeFileSync(preview, JSON.stringify({ config: { "pve:insecure": "true" }, steps: [], changeSummary: {} }));
          const node = join(await plainNode(version), "node");
          const bin = join(project, "node_modules/pulumi-pve-ops/bin/pve-ops.js");
          const { code, stdout } = await run(project, node, bin, "gate", preview);
          expect(stdout).to.include("insecure: pve:insecure is on");
          expect(code).to.equal(1);
        });

      it("pve-ops is a command of the project", async () => {
        const { code, stderr } = await run(project, "npx", "pve-ops", "gate", "nowhere.json");
        expect(stderr).to.include("cannot read nowhere.json");
        expect(code).to.equal(2);
      });

      it("the schemas of the args can be imported", async () => {
        const print =
          'import { ApiTokenRole } from "pulumi-pve-ops/schemas"; console.log(Object.keys(ApiTokenRole.shape).join());';
        const said = await good(run(join(project, "esm-js"), "node", "--input-type=module", "-e", print));
        expect(said).to.include("role,user,token,acl");
      });

      for (const program of programs) {
        it(`a program in ${program} previews, makes and destroys a resource with plain Node ${NODE}`, async () => {
          const cwd = join(project, program);
          const files = join(cwd, "files");
          mkdirSync(files);
          if (program.endsWith("ts"))
            await good(run(cwd, "node", join(project, "node_modules/typescript/bin/tsc"), "-p", "."));
          await pulumi(cwd, "stack", "init", manager);
          await pulumi(cwd, "config", "set", "folder", files);
          expect(await pulumi(cwd, "preview", "--diff")).to.match(/\/motd: "from far away"/);
          await pulumi(cwd, "up", "--yes", "--skip-preview");
          expect(readFileSync(join(files, "motd"), "utf8")).to.include("from far away");
          expect(existsSync(join(files, "motd.json"))).to.equal(true);
          await pulumi(cwd, "destroy", "--yes", "--skip-preview");
          expect(globSync("*", { cwd: files })).to.deep.equal([]);
        });
      }
    });
  }

  describe("an upgrade of the package", () => {
    it("reads, finds unchanged and destroys what the version before made", async () => {
      const cwd = join(folder, "npm/esm-js");
      await pulumi(cwd, "up", "--yes", "--skip-preview");
      await stage(join(folder, "next"), { extra: [localBlock], version: "99.0.0", dist: "moved" });
      const next = await pack(join(folder, "next"), folder);
      await good(run(join(folder, "npm"), "npm", "install", `file:${next}`));
      expect(existsSync(join(folder, "npm/node_modules/pulumi-pve-ops/dist")), "the files are elsewhere now").to.equal(
        false,
      );
      await pulumi(cwd, "refresh", "--yes", "--skip-preview", "--expect-no-changes");
      await pulumi(cwd, "preview", "--expect-no-changes");
      await pulumi(cwd, "destroy", "--yes", "--skip-preview");
      expect(globSync("*", { cwd: join(cwd, "files") })).to.deep.equal([]);
    });
  });
});
