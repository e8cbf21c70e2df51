import { globSync, readFileSync, statSync } from "node:fs";
import { homedir, hostname, userInfo } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { Trouble, wordsOf } from "../../core/trouble.ts";
import type { ConfigFile, Included } from "./ssh-config.ts";

/** This machine, as far as it says how hosts are reached. */
export interface Here {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const HERE: Here = { home: homedir(), env: process.env };

/** The text of a file, or none where there is none to read. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** A file that the stack config names: from the project, from the folder of its program, or from home. */
export function namedFile(key: string, named: string, { home }: Here): { path: string; text: string } {
  const whole = named.replace(/^~(?=\/|$)/, home);
  // A program may run in a folder of its project, as `main` in Pulumi.yaml says.
  const places = [...new Set([resolve(whole), resolve("..", whole)])];
  const path = places.find((place) => statSync(place, { throwIfNoEntry: false })?.isFile());
  const [doing, next] = [
    `reading ${key} from the stack config`,
    "Write the whole path of a file that can be read here",
  ];
  if (path === undefined) throw new Trouble({ doing, came: `there is no file ${places.join(" nor ")}`, next });
  try {
    return { path, text: readFileSync(path, "utf8") };
  } catch (cause) {
    throw new Trouble({ doing, came: `${path} cannot be read: ${wordsOf(cause)}`, next }, cause);
  }
}

/** The user's and the machine's configuration of OpenSSH, as far as they are there. */
export function configFiles(instead: string | undefined, here: Here): ConfigFile[] {
  if (instead === "none") return [];
  if (instead !== undefined) return [namedFile("pve:ssh.config", instead, here)];
  return [join(here.home, ".ssh/config"), "/etc/ssh/ssh_config"].flatMap(fileAt);
}

/** What an Include names: beside the user's configuration, or the machine's where it is there that it stands. */
export const included =
  (here: Here): Included =>
  (pattern, from) => {
    const folder = dirname(from) === "/etc/ssh" ? "/etc/ssh" : join(here.home, ".ssh");
    const whole = pattern.replace(/^~(?=\/)/, here.home);
    return globSync(isAbsolute(whole) ? whole : join(folder, whole))
      .toSorted()
      .flatMap(fileAt);
  };

const fileAt = (path: string): ConfigFile[] => {
  const text = textOf(path);
  return text === undefined ? [] : [{ path, text }];
};

/** Fills in the places that OpenSSH's options have for what is known only later, `~` and `${…}` too. */
export function filledIn(text: string, tokens: Readonly<Record<string, string>>, { home, env }: Here): string {
  const { username, uid } = userInfo();
  const local = hostname();
  const all: Readonly<Record<string, string>> = {
    "%": "%",
    d: home,
    u: username,
    i: String(uid),
    l: local,
    L: local.split(".")[0] ?? local,
    ...tokens,
  };
  return text
    .replace(/^~(?=\/|$)/, home)
    .replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => env[name] ?? whole)
    .replaceAll(/%(.)/g, (whole, token: string) => all[token] ?? whole);
}
