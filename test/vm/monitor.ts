import { z } from "zod";
import type { Supervised } from "../debian/supervised.ts";

const Reply = z.object({ return: z.unknown().optional(), error: z.object({ desc: z.string() }).optional() });
export const ENDED = /^qemu ended$/;

/** QEMU's monitor, on the lines of its process. */
export class Monitor {
  readonly #process: Supervised;
  #orders = 0;

  constructor(process: Supervised) {
    this.#process = process;
  }

  /** Waits until it listens. */
  async open(): Promise<void> {
    await this.#process.until(/^\{"QMP":/, ENDED);
    await this.order("qmp_capabilities");
  }

  /** Gives an order and waits until it is carried out. */
  async order(execute: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const id = `order-${this.#orders++}`;
    const answer = new RegExp(`^\\{.*"id": "${id}"`);
    this.#process.tell(JSON.stringify({ execute, arguments: args, id }));
    await this.#process.until(answer, ENDED);
    const reply = Reply.parse(JSON.parse(this.#process.lines.find((line) => answer.test(line)) ?? "{}"));
    if (reply.error) throw new Error(`QEMU's ${execute} ${JSON.stringify(args)}: ${reply.error.desc}`);
    return reply.return;
  }

  /** The same for orders that only people's monitor has; what that prints is what went wrong. */
  async human(line: string): Promise<void> {
    const said = await this.order("human-monitor-command", { "command-line": line });
    if (said !== "") throw new Error(`QEMU's ${line}: ${said}`);
  }
}
