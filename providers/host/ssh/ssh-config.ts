import { userInfo } from "node:os";
import { Trouble } from "../../core/trouble.ts";
import { matchesAny, matchesList } from "./pattern.ts";

/** What `~/.ssh/config` says of a host: each option by its name in lower case, the first value that was found. */
export type SshOptions = ReadonlyMap<string, readonly string[]>;

/** A file of options. What it includes is read through `files`. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/** The files that the pattern of an Include names, which stands in the file `from`. */
export type Included = (pattern: string, from: string) => readonly ConfigFile[];

interface Line {
  readonly keyword: string;
  readonly values: readonly string[];
  readonly at: string;
}

/** What the files say of `host`, as OpenSSH reads them: the first value counts, and every IdentityFile. */
export function sshOptions(host: string, user: string | undefined, files: readonly ConfigFile[], included: Included) {
  const first = new Reading(host, user, included, false);
  for (const file of files) first.read(file);
  if (!first.wantsFinal) return first.options;
  const name = first.hostName().toLowerCase();
  const again = new Reading(name, user, included, true, host, new Map([...first.options, ["hostname", [name]]]));
  for (const file of files) again.read(file);
  return again.options;
}

class Reading {
  readonly options: Map<string, readonly string[]>;
  wantsFinal = false;
  readonly #host: string;
  readonly #original: string;
  readonly #user: string | undefined;
  readonly #included: Included;
  readonly #final: boolean;

  constructor(
    host: string,
    user: string | undefined,
    included: Included,
    final: boolean,
    original = host,
    options: SshOptions = new Map(),
  ) {
    this.options = new Map(options);
    this.#host = host;
    this.#original = original;
    this.#user = user;
    this.#included = included;
    this.#final = final;
  }

  hostName(): string {
    const name = this.options.get("hostname")?.[0];
    return name === undefined ? this.#host : name.replaceAll("%h", this.#host).replaceAll("%%", "%");
  }

  read({ path, text }: ConfigFile, within = true, depth = 0): void {
    if (depth > 16)
      throw new Trouble({
        doing: `reading ${path}`,
        came: "it is included in itself",
        next: "Take that Include away",
      });
    let active = within;
    for (const line of linesOf(path, text)) {
      if (line.keyword === "host") active = within && matchesAny(line.values, this.#host);
      else if (line.keyword === "match") active = within && this.#matches(line);
      else if (line.keyword === "include")
        for (const pattern of line.values)
          for (const file of this.#included(pattern, path)) this.read(file, active, depth + 1);
      else if (active) this.#set(line);
    }
  }

  #set({ keyword, values }: Line): void {
    const before = this.options.get(keyword);
    if (LISTS.has(keyword)) {
      const more = values.filter((value) => !before?.includes(value));
      this.options.set(keyword, [...(before ?? []), ...more]);
    } else if (before === undefined && !this.#hasOtherWay(keyword)) this.options.set(keyword, values);
  }

  /** A host is reached through a jump host or through a command: whichever was said first counts. */
  #hasOtherWay(keyword: string): boolean {
    if (keyword === "proxycommand") return this.options.has("proxyjump");
    return keyword === "proxyjump" && this.options.has("proxycommand");
  }

  #matches({ values, at }: Line): boolean {
    const words = values.flatMap((value) => /^(!?[a-z]+)=(.*)$/is.exec(value)?.slice(1) ?? [value]);
    for (let n = 0; n < words.length; ) {
      const word = words[n] ?? "";
      const [not, attribute] = [word.startsWith("!"), word.replace(/^!/, "").toLowerCase()];
      n += 1;
      if (attribute === "final") this.wantsFinal = true;
      const alone = attribute === "all" || attribute === "final" || attribute === "canonical";
      const is = alone ? attribute === "all" || this.#final : this.#isAs(attribute, words[n] ?? "", at);
      if (!alone) n += 1;
      if (is === not) return false;
    }
    return true;
  }

  #isAs(attribute: string, list: string, at: string): boolean {
    if (attribute === "host") return matchesList(list, this.hostName());
    if (attribute === "originalhost") return matchesList(list, this.#original);
    if (attribute === "user") return matchesList(list, this.#user ?? this.options.get("user")?.[0] ?? "root");
    if (attribute === "localuser") return matchesList(list, userInfo().username);
    throw new Trouble({
      doing: `reading ${at} for ${this.#original}`,
      came: `it has Match ${attribute}, which is not done here${attribute === "exec" ? ": no command of it is run" : ""}`,
      next: "Say in pve:nodes and pve:ssh how the host is reached, and let pve:ssh.config be another file, or none",
    });
  }
}

const LISTS = new Set(["identityfile", "certificatefile"]);

function* linesOf(path: string, text: string): Generator<Line> {
  for (const [n, line] of text.split("\n").entries()) {
    const [, keyword = "", rest = ""] = /^\s*([a-z]+)(?:\s*=\s*|\s+|$)(.*)$/is.exec(line.trimEnd()) ?? [];
    if (keyword === "") continue;
    const name = keyword.toLowerCase();
    // A command is the rest of its line, whatever stands in it.
    const values = name === "proxycommand" ? [rest] : wordsIn(rest);
    if (values.length > 0) yield { keyword: name, values, at: `${path}:${n + 1}` };
  }
}

/** Words with blanks between them, quotes taken off, until a comment begins. */
function wordsIn(text: string): string[] {
  const words: string[] = [];
  for (const [, word = ""] of text.matchAll(/\s*((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\\.|[^\s"'\\])+)/gy)) {
    if (word.startsWith("#")) break;
    words.push(word.replaceAll(/"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|\\(["'\\ ])/g, "$1$2$3"));
  }
  return words;
}
