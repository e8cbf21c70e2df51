import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { controlTarget } from "../../controls.ts";

/** Writes what the kernel shows under `/sys` into a host's tree. Paths are the host's. */
export class SysFolder {
  readonly #tree: string;

  constructor(tree: string) {
    this.#tree = tree;
  }

  /** Everything goes. */
  empty(): void {
    rmSync(join(this.#tree, "/sys"), { recursive: true, force: true });
    mkdirSync(join(this.#tree, "/sys"));
  }

  folder(path: string): void {
    mkdirSync(join(this.#tree, path), { recursive: true });
  }

  /** Files of one line each. */
  texts(folder: string, values: Readonly<Record<string, string | Uint8Array | undefined>>): void {
    this.folder(folder);
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) continue;
      const place = join(this.#tree, folder, name);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, typeof value === "string" && value !== "" && !value.endsWith("\n") ? `${value}\n` : value);
    }
  }

  /** A link as the kernel makes them: relative. */
  link(path: string, to: string): void {
    this.#symlink(path, relative(dirname(path), to));
  }

  /** A file that does something when it is written to. */
  control(path: string, handled = path): void {
    this.#symlink(path, controlTarget(handled));
  }

  remove(path: string): void {
    rmSync(join(this.#tree, path), { recursive: true, force: true });
  }

  #symlink(path: string, target: string): void {
    const place = join(this.#tree, path);
    mkdirSync(dirname(place), { recursive: true });
    rmSync(place, { force: true });
    symlinkSync(target, place);
  }
}
