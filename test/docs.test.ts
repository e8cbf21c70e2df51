import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { formatted } from "../setup/generate/formatted.ts";
import { made } from "../setup/generate/made.ts";

const root = join(import.meta.dirname, "..");
const pages = ["README.md", ...globSync("docs/**/*.md", { cwd: root })];
const textOf = (page: string) => readFileSync(join(root, page), "utf8");
const manifest: { scripts: Record<string, string>; exports: Record<string, string> } = JSON.parse(
  textOf("package.json"),
);

describe("the docs", () => {
  for (const page of pages)
    it(`${page} links to what is there, and names commands that exist`, () => {
      const text = textOf(page);
      for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g))
        expect(existsSync(join(root, dirname(page), target)), target).to.equal(true);
      for (const [, script = ""] of text.matchAll(/npm run ([a-z:]+)/g))
        expect(manifest.scripts).to.have.property(script);
      for (const [, file = ""] of text.matchAll(
        /`((?:providers|stacks|setup|demo|lab|bench|cli|bin|test)\/[\w./-]+)`/g,
      ))
        expect(existsSync(join(root, file)), file).to.equal(true);
    });

  for (const [file, text] of Object.entries(made))
    it(`${file} is as the code has it: npm run generate writes it`, () => {
      expect(textOf(file)).to.equal(formatted(file, text()));
    });

  it("the README calls working just the resources that the package has", () => {
    const rows = [...textOf("README.md").matchAll(/^\| \[?`(\w+)`(?:\]\(\S+\))? \|.*\| ([\w ]+) \|$/gm)];
    expect(rows.length).to.be.above(4);
    for (const [, name, works] of rows) {
      const exported = manifest.exports[`./provider/${name}`] !== undefined;
      expect(works === "yes" || works === "in part", name).to.equal(exported);
    }
  });
});
