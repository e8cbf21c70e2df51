import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import type { ServerChannel } from "ssh2";
import type { Mishap } from "./mishap.ts";
import { Outlet } from "./outlet.ts";

/** A client and a program on a host, tied together until the program has ended and the client knows how. */
export async function attach(
  channel: ServerChannel,
  child: ChildProcessWithoutNullStreams,
  mishap: Mishap | undefined,
): Promise<void> {
  const ended = once(child, "exit");
  child.stdin.on("error", () => undefined);
  // It reads no more: what the client still sends is for nobody.
  child.stdin.on("close", () => channel.resume());
  channel.pipe(child.stdin);
  // As with a real sshd the program goes on when its client is gone; it notices when it reads or says something.
  channel.once("close", () => {
    for (const end of [child.stdin, child.stdout, child.stderr]) end.destroy();
  });
  const outlet = new Outlet(channel);
  const seen = (bytes: number) => mishap?.saw(bytes) ?? bytes;
  await Promise.all([outlet.pass(child.stdout, "stdout", seen), outlet.pass(child.stderr, "stderr", seen)]);
  const [code, signal]: (number | string | null)[] = await ended;
  if (mishap?.hasEnded()) return;
  if (typeof code === "number") channel.exit(code);
  else channel.exit(String(signal).replace(/^SIG/, ""), false, "");
  channel.end();
}
