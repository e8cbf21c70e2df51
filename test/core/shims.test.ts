import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { expect } from "chai";
import { deferred } from "#providers/core/deferred.ts";

const root = join(import.meta.dirname, "../..");
const classes = globSync("providers/*/*.provider.ts", { cwd: root }).concat("test/fixture/local-block.provider.ts");
const exported: Record<string, string> = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).exports;

describe("what Pulumi stores of a provider", () => {
  it("is a small shim that captures nothing", async () => {
    const shim = deferred(() => import("pulumi-pve-ops/provider/LocalBlock"));
    const { text, containsSecrets } = await runtime.serializeFunction(() => shim, { allowSecrets: true });
    expect(text.length).to.be.below(4096);
    expect(text).to.include('import("pulumi-pve-ops/provider/LocalBlock")');
    expect(containsSecrets).to.equal(false);
    for (const ours of ["zod", "lifecycle", "process.argv", root]) expect(text, ours).not.to.include(ours);
  });

  for (const file of classes)
    it(`loads ${file} under the name that its class stores`, () => {
      const source = readFileSync(join(root, file.replace(".provider.ts", ".ts")), "utf8");
      const specifier = /import\("pulumi-pve-ops\/(provider\/\w+)"\)/.exec(source)?.[1];
      expect(exported[`./${specifier}`]).to.equal(`./${file}`);
    });

  it("comes from files that import the SDK, the shim and the declaration, and nothing else", () => {
    const allowed = ["@pulumi/pulumi", "#providers/core/declared.ts", "#providers/core/deferred.ts"];
    for (const file of classes.map((path) => path.replace(".provider.ts", ".ts"))) {
      const imports = [...readFileSync(join(root, file), "utf8").matchAll(/from "([^"]+)"/g)].map(([, from]) => from);
      expect(allowed, file).to.include.members(imports);
    }
  });
});

describe("the doors", () => {
  it("are the only folders that open connections", () => {
    const opens = /from "(node:(http|https|net|tls|dgram|child_process)|ssh2|undici)"/;
    const files = globSync("providers/**/*.ts", { cwd: root }).filter((file) =>
      opens.test(readFileSync(join(root, file), "utf8")),
    );
    expect(files.filter((file) => !/^providers\/(host|pve)\//.test(file))).to.deep.equal([]);
  });
});
