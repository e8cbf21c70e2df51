import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../setup/engine/cache.ts";
import { command, type Result } from "../../setup/engine/command.ts";
import { type Furniture, furnishHost } from "./furnish-host.ts";
import { type Login, newLogin } from "./login.ts";
import { debianRoot, type Suite } from "./root.ts";
import { Supervised } from "./supervised.ts";

export interface HostOptions extends Furniture {
  readonly suite?: Suite;
  readonly name?: string;
  /** What SSH's sessions have. */
  readonly umask?: string;
  readonly tmp?: "exec" | "noexec";
  /** `own`, at a second more: packages can be installed and removed. Else /usr but for /usr/local is read-only. */
  readonly usr?: "shared" | "own";
}

const ENV = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root", LC_ALL: "C.UTF-8" };
const SCRIPT = join(import.meta.dirname, "host.sh");
// What root there may not do: the kernel, its clock, the network and the disk are the machine's. A remount, say, would
// be one of the machine's own file system.
const BOUNDS = "-sys_module,-sys_time,-sys_rawio,-net_admin,-sys_admin";

/**
 * A Debian with a real sshd on an address of its own, in namespaces of its own on a copy of a root. Not real are systemd
 * (it does not run), the kernel with its modules and sysfs (they are the machine's, to be read only) and reboots.
 */
export class DebianHost {
  readonly name: string;
  readonly login: Login;
  /** The folder that is its `/`, but for what is mounted there. */
  readonly tree: string;
  readonly #pid: string;
  readonly #supervised: Supervised;

  private constructor(name: string, folder: string, login: Login, supervised: Supervised) {
    this.name = name;
    this.login = login;
    this.tree = join(folder, "root");
    this.#pid = readFileSync(join(folder, "pid"), "utf8").trim();
    this.#supervised = supervised;
  }

  static async start(options: HostOptions = {}): Promise<DebianHost> {
    const { suite = "bookworm", name = "pve1", umask = "022", tmp = "exec", usr = "shared" } = options;
    const folder = join(cacheFolder(), `debian-host-${randomUUID()}`);
    const BASE = await debianRoot(suite);
    const settings = { BASE, BOUNDS, FOLDER: folder, USR: usr, TMP_EXEC: tmp, NAME: name, MASK: umask };
    const supervised = new Supervised("sh", [SCRIPT], { ...process.env, ...settings });
    try {
      await supervised.until(/^copied$/);
      const login = await newLogin(folder, name);
      furnishHost(folder, { ...options, name, login });
      supervised.tell("start");
      await supervised.until(/^Server listening on /, /^sshd ended$/);
      return new DebianHost(name, folder, login, supervised);
    } catch (thrown) {
      await supervised.end();
      throw thrown;
    }
  }

  /** Where a file of the host is on this machine. */
  path(path: string): string {
    return join(this.tree, path);
  }

  /** What sshd said so far. */
  get log(): readonly string[] {
    return this.#supervised.lines;
  }

  /** Runs a shell command there, beside SSH. */
  run(script: string, limit = 120_000): Promise<Result> {
    return this.#enter(["setpriv", "--bounding-set", BOUNDS, "sh", "-c", script], limit);
  }

  /** Mounts something there, for a disk that is full, or cannot be written: `remount` only ever with `bind`. */
  mount(...args: readonly string[]): Promise<Result> {
    return this.#enter(["mount", ...args]);
  }

  #enter(argv: readonly string[], limit = 120_000): Promise<Result> {
    const there = ["--target", this.#pid, "--mount", "--pid", "--uts", "--ipc"];
    return command("nsenter", [...there, ...argv], { env: ENV, limit });
  }

  /** Ends all that runs there; nothing is left of it. */
  close(): Promise<void> {
    return this.#supervised.end();
  }
}
