import { Trouble } from "../../core/trouble.ts";
import { type Here, namedFile, textOf } from "./here.ts";
import type { Said } from "./said.ts";
import type { SshSettings } from "./ssh-settings.ts";

/** What there is to log in with. */
export interface Keys {
  /** The agent's socket; `asked` where the stack config wants it, so that it must be there. */
  readonly agent: { readonly socket: string | undefined; readonly asked: boolean };
  /** In the order in which they are tried. */
  readonly files: readonly KeyFile[];
  readonly passphrase: string | undefined;
  /** Whether the agent is to use no key but those of the files. */
  readonly thoseAlone: boolean;
}

export interface KeyFile {
  /** Where it stands, for words. */
  readonly from: string;
  readonly text: string;
  /** Its public half, where that stands beside it: an agent may have the key. */
  readonly publicHalf: string | undefined;
  /** Whether the stack config names it: then it must do. */
  readonly named: boolean;
}

const USUAL = ["~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"];

/** The key that the stack config has, alone; else the agent, and the files of ~/.ssh/config or the usual ones. */
export function keysOf(settings: SshSettings, said: Said): Keys {
  const { agent, passphrase } = settings;
  const named = namedKeys(settings, said.here);
  const asked = agent === true || typeof agent === "string";
  const socket = agent === false ? undefined : typeof agent === "string" ? said.filled(agent) : usualAgent(said);
  const listed = said.all("identityfile")?.filter((file) => file.toLowerCase() !== "none");
  const files = named ?? (listed ?? USUAL).flatMap((file) => keyFile(said.filled(file)));
  return {
    agent: { socket, asked },
    files,
    passphrase,
    thoseAlone: (named !== undefined && !asked) || said.one("identitiesonly")?.toLowerCase() === "yes",
  };
}

function namedKeys({ privateKey, privateKeyFile }: SshSettings, here: Here): KeyFile[] | undefined {
  if (privateKey !== undefined)
    return [{ from: "pve:ssh.privateKey", text: privateKey, publicHalf: undefined, named: true }];
  if (privateKeyFile === undefined) return undefined;
  if (/-----BEGIN|\n/.test(privateKeyFile))
    // Not quoted, as a file that is not there would be.
    throw new Trouble({
      doing: "reading pve:ssh.privateKeyFile from the stack config",
      came: "it is a key itself, and not the name of a file",
      next: "Make that key a new one if the config was shared; set it with: pulumi config set --secret --path pve:ssh.privateKey",
    });
  const { path, text } = namedFile("pve:ssh.privateKeyFile", privateKeyFile, here);
  return [{ from: path, text, publicHalf: textOf(`${path}.pub`), named: true }];
}

function usualAgent({ one, filled, here: { env } }: Said): string | undefined {
  const agent = one("identityagent");
  if (agent === undefined || agent === "SSH_AUTH_SOCK") return env["SSH_AUTH_SOCK"] || undefined;
  if (agent.toLowerCase() === "none") return undefined;
  return agent.startsWith("$") && !agent.startsWith("${") ? env[agent.slice(1)] || undefined : filled(agent);
}

/** A key, or its public half where that is all there is. */
function keyFile(path: string): KeyFile[] {
  const publicHalf = textOf(`${path}.pub`);
  const text = textOf(path) ?? publicHalf;
  return text === undefined ? [] : [{ from: path, text, publicHalf, named: false }];
}
