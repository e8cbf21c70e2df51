import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";

const KNOWN = ["chromium-headless-shell", "chromium", "google-chrome"];

/** A browser without a window, if this machine has one. */
export const browserHere = (): string | undefined =>
  KNOWN.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);

const Message = z.looseObject({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.looseObject({}).optional(),
  result: z.looseObject({}).optional(),
  error: z.looseObject({ message: z.string() }).optional(),
});
type Message = z.output<typeof Message>;

/** One page in a browser, which is told what to do over a pipe. */
export class Browser {
  /** What it had to say, and what it fetched. */
  readonly events: Message[] = [];
  readonly #child: ChildProcess;
  readonly #to: Writable;
  readonly #profile: string;
  readonly #answers = new Map<number, PromiseWithResolvers<Message>>();
  readonly #awaited = new Map<string, PromiseWithResolvers<void>>();
  #asked = 0;
  #session: string | undefined;

  static async open(program: string): Promise<Browser> {
    const browser = new Browser(program);
    const { targetId } = await browser.#ask("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser.#ask("Target.attachToTarget", { targetId, flatten: true });
    browser.#session = z.string().parse(sessionId);
    for (const domain of ["Page", "Network", "Log", "Runtime"]) await browser.#ask(`${domain}.enable`);
    return browser;
  }

  private constructor(program: string) {
    this.#profile = mkdtempSync(join(tmpdir(), "pve-ops-browser-"));
    const args = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"];
    this.#child = spawn(program, [...args, `--user-data-dir=${this.#profile}`], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    const [, , , to, from] = this.#child.stdio;
    this.#to = streamIn<Writable>(to);
    this.#listen(streamIn<Readable>(from));
  }

  /** Opens a page by day or by night, in a window that wide. */
  async show(url: string, scheme: "light" | "dark", width: number): Promise<void> {
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await this.#ask("Emulation.setEmulatedMedia", { features });
    await this.#ask("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
    const loaded = Promise.withResolvers<void>();
    this.#awaited.set("Page.loadEventFired", loaded);
    await this.#ask("Page.navigate", { url });
    await loaded.promise;
  }

  /** What an expression is in the page. */
  async value(expression: string): Promise<unknown> {
    const { result } = await this.#ask("Runtime.evaluate", { expression, returnByValue: true });
    return z.looseObject({ value: z.unknown() }).parse(result).value;
  }

  async close(): Promise<void> {
    const ended = new Promise((done) => this.#child.once("exit", done));
    this.#session = undefined;
    this.#to.write(`${JSON.stringify({ id: ++this.#asked, method: "Browser.close" })}\0`);
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async #ask(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#asked;
    const answer = Promise.withResolvers<Message>();
    this.#answers.set(id, answer);
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    this.#to.write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    const { result = {}, error } = await answer.promise;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  #listen(from: Readable): void {
    let text = "";
    from.setEncoding("utf8").on("data", (chunk: string) => {
      const whole = (text + chunk).split("\0");
      text = whole.pop() ?? "";
      for (const one of whole) this.#take(Message.parse(JSON.parse(one)));
    });
  }

  #take(message: Message): void {
    if (message.id !== undefined) this.#answers.get(message.id)?.resolve(message);
    else this.events.push(message);
    this.#awaited.get(message.method ?? "")?.resolve();
  }
}

function streamIn<T extends Readable | Writable>(stream: Readable | Writable | null | undefined): T;
function streamIn(stream: Readable | Writable | null | undefined): Readable | Writable {
  if (!stream) throw new Error("the browser has no pipe");
  return stream;
}
