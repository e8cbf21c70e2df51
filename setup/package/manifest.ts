/** The parts of our package.json that the published one is made from. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const OLDEST_NODE = "22";
const OLDEST_SDK = "3.225.0"; // the first one seen whose dynamic providers can return inputs from read

const as = (file: string, folder: string, ending: string) => `./${folder}/${file.slice(2).replace(/\.ts$/, ending)}`;

/** The package.json of the published package: compiled files, and the SDK as the user's own. */
export function manifest(
  repository: Manifest,
  made: { version: string; dist: string; exported: Record<string, string> },
) {
  const { name, description, license, dependencies } = repository;
  const { version, dist, exported } = made;
  const esm = (file: string) => ({ types: as(file, dist, ".d.ts"), default: as(file, dist, ".js") });
  const cjs = (file: string) => ({ types: as(file, "cjs", ".d.ts"), default: as(file, "cjs", ".js") });
  const index = exported["."] ?? "./providers/index.ts";
  return {
    name,
    version,
    description,
    license,
    type: "module",
    // For resolvers that read no `exports`.
    main: cjs(index).default,
    types: cjs(index).types,
    exports: {
      ...Object.fromEntries(Object.entries(exported).map(([key, file]) => [key, esm(file)])),
      ".": { import: esm(index), require: cjs(index) },
      "./package.json": "./package.json",
    },
    bin: { "pve-ops": "bin/pve-ops.js" },
    files: [dist, "cjs", "bin"],
    engines: { node: `>=${OLDEST_NODE}` },
    // Ours are pinned for the tests; users may have what is compatible.
    dependencies: Object.fromEntries(Object.entries(dependencies).map(([name, version]) => [name, `^${version}`])),
    peerDependencies: { "@pulumi/pulumi": `>=${OLDEST_SDK} <4` },
  };
}
