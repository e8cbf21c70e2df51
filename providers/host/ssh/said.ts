import { configFiles, filledIn, type Here, included } from "./here.ts";
import { sshOptions } from "./ssh-config.ts";
import type { SshSettings } from "./ssh-settings.ts";

/** What ~/.ssh/config says of a host, and what follows from that and from the stack config, which wins. */
export interface Said {
  readonly here: Here;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The values of an option, none where it is not said. */
  all(option: string): readonly string[] | undefined;
  /** The first value of an option. */
  one(option: string): string | undefined;
  /** A value with what it leaves open filled in. */
  filled(value: string): string;
}

/** Reads what is said of the host that ~/.ssh/config knows by `alias`. */
export function saidOf(alias: string, settings: SshSettings, here: Here): Said {
  const options = sshOptions(alias, settings.user, configFiles(settings.config, here), included(here));
  const one = (option: string) => options.get(option)?.[0];
  const user = settings.user ?? one("user") ?? "root";
  const port = settings.port ?? (Number(one("port") ?? 22) || 22);
  const host = filledIn(one("hostname") ?? alias, { h: alias, n: alias }, here).toLowerCase();
  const tokens = { h: host, n: alias, p: String(port), r: user, k: one("hostkeyalias") ?? host };
  const filled = (value: string) => filledIn(value, tokens, here);
  return { here, host, port, user, all: (option) => options.get(option), one, filled };
}
