import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { command } from "../engine/command.ts";
import { writeCommonJs } from "./commonjs.ts";
import { type Manifest, manifest } from "./manifest.ts";

const root = join(import.meta.dirname, "../..");

/** A resource to be packed besides those that the package has: for trying the package on one made for tests. */
export interface Extra {
  readonly name: string;
  readonly class: string;
  readonly provider: string;
}

export interface StageOptions {
  readonly version?: string;
  readonly extra?: readonly Extra[];
  /** The folder of the compiled files: it may be another in each version, since only `exports` is a promise. */
  readonly dist?: string;
}

/** Writes the package as it is published, compiled and with a package.json of its own, to the folder `to`. */
export async function stage(to: string, { version, extra = [], dist = "dist" }: StageOptions = {}): Promise<void> {
  const repository: Manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const exported: Record<string, string> = {
    ...Object.fromEntries(Object.entries(repository.exports).filter(([, file]) => file.startsWith("./providers/"))),
    ...Object.fromEntries(extra.map(({ name, provider }) => [`./provider/${name}`, `./${provider}`])),
  };
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  mkdirSync(join(root, ".work"), { recursive: true });
  const source = mkdtempSync(join(root, ".work", "source-"));
  try {
    for (const folder of ["providers", "cli"]) cpSync(join(root, folder), join(source, folder), { recursive: true });
    for (const file of extra.flatMap((one) => [one.class, one.provider])) {
      mkdirSync(dirname(join(source, file)), { recursive: true });
      cpSync(join(root, file), join(source, file));
    }
    const index = join(source, "providers/index.ts");
    const classes = extra.map(({ name, class: file }) => `export { ${name}, type ${name}Args } from "../${file}";\n`);
    writeFileSync(index, readFileSync(index, "utf8") + classes.join(""));
    writeFileSync(join(source, "package.json"), JSON.stringify({ ...repository, exports: exported }));
    rewrite(source, (text, file) =>
      text.replace(/"#((?:providers|test)\/[^"]+)"/g, (_, path) => `"${toward(file, path)}"`),
    );
    await compile(source, join(to, dist));
    // The compiler rewrites the endings of imports in what runs, but not in the types.
    rewrite(join(to, dist), (text) => text.replace(/((?:from |import\()"\.[^"]+)\.ts"/g, '$1.js"'), ".d.ts");
    writeCommonJs({ source, index: "providers/index.ts", types: join(to, dist), to: join(to, "cjs") });
  } finally {
    rmSync(source, { recursive: true, force: true });
  }
  const published = manifest(repository, { version: version ?? repository.version, dist, exported });
  writeFileSync(join(to, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
  for (const file of ["README.md", "LICENSE"]) cpSync(join(root, file), join(to, file));
  const bin = readFileSync(join(root, "bin/pve-ops.js"), "utf8");
  mkdirSync(join(to, "bin"));
  writeFileSync(join(to, "bin/pve-ops.js"), bin.replace('"dist"', JSON.stringify(dist)), { mode: 0o755 });
}

/** Changes every file below `folder` that ends in `ending`; told its path from there. */
function rewrite(folder: string, change: (text: string, file: string) => string, ending = ".ts"): void {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(ending));
  for (const file of files) {
    const path = join(folder, file);
    writeFileSync(path, change(readFileSync(path, "utf8"), file));
  }
}

function toward(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}

async function compile(source: string, to: string): Promise<void> {
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      outDir: to,
      rootDir: source,
      declaration: true,
      sourceMap: true,
      inlineSources: true,
      rewriteRelativeImportExtensions: true,
    },
    include: ["**/*"],
  };
  writeFileSync(join(source, "tsconfig.json"), JSON.stringify(config));
  const { code, stdout, stderr } = await command(process.execPath, [
    join(root, "node_modules/typescript/bin/tsc"),
    "-p",
    source,
  ]);
  if (code !== 0) throw new Error(`compiling the package failed:\n${stdout}${stderr}`);
}

/** Packs the staged package; the path of the archive. */
export async function pack(staged: string, to: string): Promise<string> {
  const { code, stdout, stderr } = await command("npm", ["pack", "--json", "--pack-destination", to], { cwd: staged });
  const packed: readonly { filename: string }[] = code === 0 ? JSON.parse(stdout) : [];
  if (!packed[0]) throw new Error(`npm pack failed: ${stderr}`);
  return join(to, packed[0].filename);
}
