import type { ControlHandler, Refusal } from "./controls.ts";
import type { Question, Reply } from "./fuse/control-files.ts";
import type { Host } from "./host.ts";

/** Takes what is asked of control files to who answers for them. */
export class ControlDesk {
  readonly #handler: ControlHandler;
  readonly #hosts: Host[] = [];
  readonly #leaving = new Map<Host, PromiseWithResolvers<Refusal>>();

  constructor(handler: ControlHandler) {
    this.#handler = handler;
  }

  /** The name of the host's folder of control files; from now on it is answered. */
  comes(host: Host): string {
    if (!this.#hosts.includes(host)) this.#hosts.push(host);
    this.#leaving.set(host, Promise.withResolvers());
    return String(this.#hosts.indexOf(host));
  }

  /** Whoever waits for an answer cannot even be killed; so all get one. */
  leaves(host: Host): void {
    this.#leaving.get(host)?.resolve({ errno: "EIO" });
  }

  async answer({ host: number, path, text }: Question): Promise<Reply> {
    const host = this.#hosts[Number(number)];
    const leaving = host && this.#leaving.get(host);
    if (!leaving) return { errno: "ENOENT" };
    try {
      const outcome = text === undefined ? this.#handler.read(host, path) : this.#handler.write(host, path, text);
      const answer = await Promise.race([outcome, leaving.promise]);
      return typeof answer === "string" ? { text: answer } : { errno: answer?.errno };
    } catch (thrown) {
      console.error(`${host.node.name}: ${path}:`, thrown);
      return { errno: "EIO" };
    }
  }
}
