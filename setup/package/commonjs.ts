import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/**
 * The classes once more as CommonJS, for programs that `require` them. What runs behind a class is loaded by
 * `import()` in either case, so only the classes and what they import exist twice.
 */
export function writeCommonJs(made: { source: string; index: string; types: string; to: string }): void {
  const { source, index, types, to } = made;
  for (const file of reachable(source, index)) {
    const target = join(to, file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, compiled(readFileSync(join(source, file), "utf8"), file));
    const declaration = file.replace(/\.ts$/, ".d.ts");
    cpSync(join(types, declaration), join(to, declaration));
  }
  writeFileSync(join(to, "package.json"), JSON.stringify({ type: "commonjs" }));
}

/** The files that `index` imports, near and far, what is loaded at run time left out. */
function reachable(source: string, index: string): string[] {
  const found = new Set<string>();
  const visit = (file: string) => {
    if (found.has(file)) return;
    found.add(file);
    const { importedFiles } = ts.preProcessFile(readFileSync(join(source, file), "utf8"));
    for (const { fileName } of importedFiles) if (fileName.startsWith(".")) visit(join(dirname(file), fileName));
  };
  visit(index);
  return [...found];
}

function compiled(text: string, file: string): string {
  const { outputText } = ts.transpileModule(text, {
    fileName: file.replace(/\.ts$/, ".cts"), // a CommonJS module, in which `import()` stays what it is
    compilerOptions: {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      rewriteRelativeImportExtensions: true,
      inlineSourceMap: true,
      inlineSources: true,
    },
  });
  return outputText;
}
