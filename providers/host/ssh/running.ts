import type { ClientChannel } from "ssh2";
import { Trouble, wordsOf } from "../../core/trouble.ts";
import type { Connection } from "./connection.ts";
import { LOADER, loaded } from "./loader.ts";

/** A POSIX program and its data, both of which the host reads from its input. */
export interface Program {
  readonly text: string;
  readonly data: Uint8Array | string;
  /** How many bytes of output it may write. */
  readonly limit: number;
  /** How many seconds it may take. */
  readonly within: number;
  readonly sudo: boolean;
}

/** What became of a program that came to its end. */
export interface Ran {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** The connection ended before the program did. */
export class Lost extends Trouble {
  /** Whether the program was sent, so that it may have run. */
  readonly sent: boolean;

  constructor(sent: boolean, words: ConstructorParameters<typeof Trouble>[0], cause?: unknown) {
    super(words, cause);
    this.sent = sent;
  }
}

/** The host let no further channel be opened on this connection: nothing was sent. */
export class NoChannel extends Error {}

/** What a program writes before all else: whatever a login shell wrote before that is not the program's. */
const BEGUN = "pve-ops program begins";

/** Runs a program on a host and waits for its end. `where` is the host as errors name it. */
export async function runOn(connection: Connection, where: string, program: Program): Promise<Ran> {
  const channel = await opened(connection, where, program);
  const seen = await output(connection, channel, where, program);
  const begin = seen.stdout.indexOf(`${BEGUN}\n`);
  if (begin < 0) throw neverBegun(where, program, seen);
  return { ...seen, stdout: seen.stdout.subarray(begin + BEGUN.length + 1) };
}

async function opened(connection: Connection, where: string, { sudo }: Program): Promise<ClientChannel> {
  try {
    return await connection.exec(sudo ? `sudo -n -- ${LOADER}` : LOADER);
  } catch (cause) {
    if (connection.alive && cause instanceof Error && "reason" in cause) throw new NoChannel(cause.message, { cause });
    throw new Lost(
      false,
      {
        doing: `running a program on ${where}`,
        came: `the connection ended before it was sent (${connection.alive ? wordsOf(cause) : connection.why})`,
        next: "Nothing was done there. Look whether the host is up, and run the same command again",
      },
      cause,
    );
  }
}

async function output(connection: Connection, channel: ClientChannel, where: string, program: Program): Promise<Ran> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let size = 0;
  const { promise, resolve, reject } = Promise.withResolvers<Ran>();
  const stop = (came: string, next: string): void => {
    reject(new Trouble({ doing: `running a program on ${where}`, came, next }));
    channel.close();
  };
  const keep = (list: Buffer[]) => (chunk: Buffer) => {
    size += chunk.length;
    if (size <= program.limit) list.push(chunk);
    else
      stop(
        `it wrote more than ${program.limit} bytes`,
        "It was let go, and may still run there: this is worth an issue",
      );
  };
  const late = setTimeout(
    () =>
      stop(
        `it did not end within ${program.within} s`,
        "It may still run there: look at the host, and run the same command again",
      ),
    program.within * 1000,
  );
  channel.on("data", keep(stdout));
  channel.stderr.on("data", keep(stderr));
  channel.on("error", () => undefined); // what it is said by is the close that follows
  channel.on("close", (code: unknown, signal: unknown) => {
    if (typeof code === "number")
      resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() });
    else reject(cutOff(connection, where, signal));
  });
  channel.end(loaded(`printf '%s\\n' '${BEGUN}'\n${program.text}`, program.data));
  try {
    return await promise;
  } finally {
    clearTimeout(late);
  }
}

const cutOff = (connection: Connection, where: string, signal: unknown): Trouble =>
  typeof signal === "string"
    ? new Trouble({
        doing: `running a program on ${where}`,
        came: `it was ended by ${signal}`,
        next: "Look at the host's log for who did that, and run the same command again: it looks first what was done",
      })
    : new Lost(true, {
        doing: `running a program on ${where}`,
        came: `the connection ended before the program did, which may have run (${connection.alive ? "its channel was closed without an exit status" : connection.why})`,
        next: "Run the same command again: it looks first what was done",
      });

function neverBegun(where: string, { sudo }: Program, { code, stderr, stdout }: Ran): Trouble {
  const said = `${stderr}\n${stdout}`.split("\n").filter((line) => line.trim() !== "");
  const ofSudo = sudo ? said.filter((line) => /\bsudo\b/.test(line)) : [];
  const words = (ofSudo.length > 0 ? ofSudo : said).slice(-3).join("; ") || `exit status ${code}, and no word`;
  const user = /\(([^@\s]+)@[^(]*$/.exec(where)?.[1] ?? "root";
  if (ofSudo.length > 0)
    return new Trouble({
      doing: `running a program as root on ${where}`,
      came: `sudo does not let it (${words})`,
      next:
        `Allow it there with a file /etc/sudoers.d/pve-ops (visudo -f) that has: ${user} ALL=(root) NOPASSWD: ALL; ` +
        "or log in as root (pve:ssh.user)",
    });
  return new Trouble({
    doing: `running a program on ${where}`,
    came: `it did not begin (${words})`,
    next: `Look whether the login shell of ${user} there runs commands: ssh HOST 'sh -c "echo yes"'`,
  });
}
