import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { wordsOf } from "../../providers/core/trouble.ts";
import type { Answer, Command } from "./command.ts";
import type { Host } from "./host.ts";
import type { Line } from "./shim.ts";

/** Where the commands of all hosts of a lab are answered. */
export class Switchboard {
  readonly #server: Server;
  readonly #commands: Readonly<Record<string, Command>>;
  readonly #hosts = new Map<string, Host>();
  readonly #secrets = new Map<Host, string>();
  readonly #port: number;

  private constructor(server: Server, port: number, commands: Readonly<Record<string, Command>>) {
    this.#server = server;
    this.#port = port;
    this.#commands = commands;
    server.on("connection", (socket) => void this.#serve(socket).catch(() => socket.destroy()));
  }

  static async open(commands: Readonly<Record<string, Command>>): Promise<Switchboard> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("the hosts' commands have no address");
    return new Switchboard(server, address.port, commands);
  }

  /** How a host is known here: nobody else on this machine can speak for it. */
  line(host: Host): Line {
    const secret = this.#secrets.get(host) ?? randomBytes(16).toString("hex");
    this.#secrets.set(host, secret);
    this.#hosts.set(secret, host);
    return { port: this.#port, secret };
  }

  close(): void {
    this.#server.close();
  }

  async #serve(socket: Socket): Promise<void> {
    socket.on("error", () => undefined);
    const [secret = "", path = "", cwd = "", ...argv] = await call(socket);
    const host = this.#hosts.get(secret);
    const command = this.#commands[path];
    if (!host || !command) return void socket.destroy();
    socket.end(script(await answered(path, () => command({ host, path, cwd, argv }))));
  }
}

/** Secret, path, folder, the number of arguments, and these, each ended by NUL; all but their number. */
async function call(socket: Socket): Promise<string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    chunks.push(Buffer.from(chunk));
    const [secret = "", path = "", cwd = "", count, ...argv] = Buffer.concat(chunks)
      .toString()
      .split("\0")
      .slice(0, -1);
    if (count !== undefined && argv.length === Number(count)) return [secret, path, cwd, ...argv];
  }
  return [];
}

/** A command that failed by itself is one that nobody has finished; the host's user shall see it. */
async function answered(path: string, command: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await command();
  } catch (thrown) {
    return { stderr: `${path}: the lab failed: ${wordsOf(thrown)}\n`, code: 70 };
  }
}

/** What the caller's shell does. */
const script = ({ stdout = "", stderr = "", code = 0 }: Answer): string =>
  `printf %s ${quoted(stdout)}\nprintf %s ${quoted(stderr)} >&2\nexit ${code}\n`;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
