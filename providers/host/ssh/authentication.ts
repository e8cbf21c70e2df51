import ssh2, { type AnyAuthMethod, type OpenSSHAgent, type ParsedKey } from "ssh2";
import { Trouble } from "../../core/trouble.ts";
import type { Destination } from "./destination.ts";
import type { KeyFile } from "./keys.ts";

/** Ways to log in, in the order in which they are tried, and what each is, in words. */
export interface Ways {
  readonly methods: AnyAuthMethod[];
  readonly words: readonly string[];
}

interface Opened {
  readonly file: KeyFile;
  /** None where it could not be read. */
  readonly key: ParsedKey | undefined;
  readonly publicKey: ParsedKey | undefined;
  readonly trouble: { readonly came: string; readonly next: string; readonly encrypted: boolean } | undefined;
}

/** With what one logs in at a host; throws where there is nothing, or where what the stack config names is no use. */
export function waysInto({ keys, name, user }: Destination): Ways {
  const { socket, asked } = keys.agent;
  const opened = keys.files.map((file) => open(file, keys.passphrase));
  for (const { file, trouble } of opened)
    if (file.named && trouble && !(trouble.encrypted && socket !== undefined))
      throw new Trouble({ doing: `reading the key in ${file.from} for ${name}`, ...trouble });
  const named = opened.some(({ file }) => file.named);
  const needed = asked || !named || opened.some(({ trouble }) => trouble !== undefined);
  const first = opened.flatMap(({ publicKey }) => publicKey ?? []);
  const agent =
    socket !== undefined && needed
      ? agentAt(socket, first, keys.thoseAlone && (!named || first.length > 0))
      : undefined;
  const own = opened.flatMap(({ key, file }) => (key ? [{ key, file }] : []));
  if (!agent && (asked || own.length === 0)) throw nothing(name, user, asked, opened);
  return {
    methods: [
      ...(agent ? [{ type: "agent" as const, username: user, agent }] : []),
      ...own.map(({ key }) => ({ type: "publickey" as const, username: user, key })),
    ],
    words: [
      ...(agent ? [`the agent at ${socket}`] : []),
      ...opened.map(({ file, trouble }) => (trouble ? `${file.from} (not tried: ${trouble.came})` : file.from)),
    ],
  };
}

function open(file: KeyFile, passphrase: string | undefined): Opened {
  const half = file.publicHalf === undefined ? undefined : parsed(file.publicHalf);
  const publicKey = half instanceof Error ? undefined : half;
  // A passphrase is for the key that the stack config names; others are opened by their agent.
  const key = parsed(file.text, file.named ? passphrase : undefined);
  if (key instanceof Error) return { file, key: undefined, publicKey, trouble: troubleWith(key, passphrase) };
  if (key.isPrivateKey()) return { file, key, publicKey: publicKey ?? key, trouble: undefined };
  const came = "it is the public half of a key";
  const next = "Name the private half, which stands beside it without .pub";
  return { file, key: undefined, publicKey: key, trouble: { came, next, encrypted: false } };
}

function parsed(text: string, passphrase?: string): ParsedKey | Error {
  const key: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(text.replaceAll("\r\n", "\n"), passphrase);
  return Array.isArray(key) ? (key[0] ?? new Error("Unsupported key format")) : key;
}

function troubleWith({ message }: Error, passphrase: string | undefined): NonNullable<Opened["trouble"]> {
  if (/no passphrase given/.test(message))
    return {
      came: "it is encrypted, and there is no passphrase",
      next: "Set it with: pulumi config set --secret --path 'pve:ssh.passphrase'; or let an agent hold the key",
      encrypted: true,
    };
  if (passphrase !== undefined && /passphrase|decrypt|Malformed/i.test(message))
    return {
      came: "the passphrase in pve:ssh.passphrase does not open it",
      next: "Try it with: ssh-keygen -y -f FILE; and set it anew: pulumi config set --secret --path 'pve:ssh.passphrase'",
      encrypted: false,
    };
  return {
    came: "it is no private key that can be read here",
    next: "Take one that `ssh-keygen -t ed25519` made, as a whole and with its line breaks, or write it anew with: ssh-keygen -p -f FILE",
    encrypted: false,
  };
}

/** Offers the keys that are named first, or none but those. */
class OrderedAgent extends ssh2.OpenSSHAgent {
  readonly #named: ReadonlySet<string>;
  readonly #alone: boolean;

  constructor(socket: string, named: ReadonlySet<string>, alone: boolean) {
    super(socket);
    this.#named = named;
    this.#alone = alone;
  }

  override getIdentities(done: Parameters<OpenSSHAgent["getIdentities"]>[0]): void {
    super.getIdentities((error, keys = []) => {
      if (error) return done(error);
      const isNamed = (key: (typeof keys)[number]) => "getPublicSSH" in key && this.#named.has(blobOf(key));
      const others = this.#alone ? [] : keys.filter((key) => !isNamed(key));
      return done(undefined, [...keys.filter(isNamed), ...others]);
    });
  }
}

const agentAt = (socket: string, named: readonly ParsedKey[], alone: boolean): OrderedAgent =>
  new OrderedAgent(socket, new Set(named.map(blobOf)), alone);

const blobOf = (key: ParsedKey): string => key.getPublicSSH().toString("base64");

function nothing(name: string, user: string, asked: boolean, opened: readonly Opened[]): Trouble {
  const tried = opened.map(({ file, trouble }) => `${file.from}: ${trouble?.came ?? "not asked for"}`);
  return new Trouble({
    doing: `logging in to ${name} as ${user}`,
    came: asked
      ? "pve:ssh.agent wants an agent, and SSH_AUTH_SOCK names none"
      : `there is no key to log in with${tried.length > 0 ? ` (${tried.join("; ")})` : ""}`,
    next: "Set pve:ssh.privateKeyFile, or start an agent that has the key (ssh-add -l lists them)",
  });
}
