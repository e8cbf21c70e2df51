import type { Config } from "#providers/core/session.ts";
import { Trouble, wordsOf } from "#providers/core/trouble.ts";
import { Host } from "#providers/host/run-host.ts";
import { hostsOf } from "#providers/host/ssh/hosts.ts";
import type { Shell } from "#providers/host/ssh/shell.ts";
import { CannotTell } from "../outcome.ts";
import { type DeclaredHost, declaredIn } from "./declared.ts";
import { stackConfig } from "./stack.ts";

/** The options by which every command finds its hosts. */
export const WHERE = { host: { type: "string", multiple: true }, stack: { type: "string" } } as const;

/** What those options say. */
interface Where {
  readonly host?: readonly string[] | undefined;
  readonly stack?: string | undefined;
}

/** A host that can be asked, and what its stack declares for it. */
export interface Reached {
  readonly name: string;
  readonly host: Host;
  readonly shell: Shell;
  /** None where no stack was named. */
  readonly declared: readonly DeclaredHost[] | undefined;
}

/** What came of asking a host: an answer, or why there is none. */
export type Answer<T> = { readonly host: string; readonly told: T } | { readonly host: string; readonly why: string };

/** Asks each of the hosts, all at once; one that does not answer keeps nobody from hearing the others. */
export async function ofEach<T>(where: Where, ask: (reached: Reached) => Promise<T>): Promise<Answer<T>[]> {
  const { config, names, declared } = await found(where);
  const hosts = hostsOf({ config });
  const answer = async (name: string): Promise<Answer<T>> => {
    const shell = hosts.shell(name);
    const own = declared?.filter(({ args }) => args.host === name);
    try {
      return { host: name, told: await ask({ name, shell, host: new Host(shell), declared: own }) };
    } catch (thrown) {
      if (thrown instanceof Trouble) return { host: name, why: adviceFor(wordsOf(thrown), where) };
      throw thrown;
    }
  };
  try {
    return await Promise.all(names.map(answer));
  } finally {
    await hosts.end();
  }
}

/** Advice is about a stack's config: without one, OpenSSH's own files stand for it. */
function adviceFor(words: string, { stack }: Where): string {
  if (stack !== undefined || !words.includes("pve:")) return words;
  return `${words} (without --stack, HostName, IdentityFile and ProxyJump of ~/.ssh/config stand for those, and a line of ~/.ssh/known_hosts for a pinned key)`;
}

async function found({ host = [], stack }: Where) {
  if (stack !== undefined) {
    const config = await stackConfig(stack);
    const declared = declaredIn(config, stack);
    const all = [...hostsOf({ config }).names(), ...declared.map(({ args }) => args.host)];
    return { config, declared, names: host.length > 0 ? host : [...new Set(all)] };
  }
  const names = host.length > 0 ? [...new Set(host)] : endpointsIn(process.env["PVE_ENDPOINT"]);
  if (names.length > 0) return { config: UNSET, declared: undefined, names };
  throw new CannotTell(
    "which hosts? Name a stack with --stack, or hosts as ssh knows them with --host (root@192.0.2.11), or set PVE_ENDPOINT",
  );
}

/** All that is known is what ~/.ssh/config and the agent say. */
const UNSET: Config = () => undefined;

/** The hosts of `https://pve1.example:8006,…`. */
function endpointsIn(text = ""): string[] {
  const all = text.split(",").map((one) => one.trim());
  return [
    ...new Set(all.filter(Boolean).map((one) => one.replace(/^https?:\/\//, "").replace(/(?::\d+)?(?:\/.*)?$/, ""))),
  ];
}
