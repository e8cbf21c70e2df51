import { Trouble, Unreachable } from "../../core/trouble.ts";
import type { Destination } from "./destination.ts";
import { whereabouts } from "./whereabouts.ts";

/** How far a connection came that did not come about. */
export type Stage = "reaching" | "greeting" | "entering";

const LATE = /^Timed out while waiting for handshake/;

/** That a name stands for no address, or that nobody answers who would know. */
const NAMELESS: ReadonlySet<string> = new Set(["ENOTFOUND", "EAI_AGAIN"]);

/** What to say of it. */
export function notConnected(destination: Destination, stage: Stage, error: Error, tried: readonly string[]): Trouble {
  const { user, port, connectTimeout } = destination;
  const within = `within ${connectTimeout} s`;
  const doing = `connecting to ${whereabouts(destination)}`;
  const late = LATE.test(error.message);
  const code = codeOf(error);
  if (stage === "reaching" && code !== undefined && NAMELESS.has(code))
    return new Unreachable(
      {
        doing,
        came: `no address is known here for the name ${destination.host} (${code})`,
        next: "Look whether pve:nodes calls the host so, or give its address: pulumi config set --path 'pve:nodes.<name>.address' ADDRESS",
      },
      error,
    );
  if (stage === "reaching")
    return new Unreachable(
      {
        doing,
        came: late ? `no answer ${within}` : `it cannot be reached (${code ?? error.message})`,
        next: "Look whether it is up and its address is right (pve:nodes), and whether it can be reached from here or needs pve:ssh.jump",
      },
      error,
    );
  if (stage === "greeting")
    return new Unreachable(
      {
        doing,
        came: late
          ? `it took the connection and then said nothing ${within}`
          : `no SSH connection came about (${error.message})`,
        next: `Look whether it is sshd that listens on port ${port}, and whether it is overloaded (its log: journalctl -u ssh)`,
      },
      error,
    );
  const refused = error.message.startsWith("All configured authentication methods failed");
  // It is there, and says no: that is no host to be shown as it was last seen.
  return new (late ? Unreachable : Trouble)(
    {
      doing,
      came: late
        ? `it did not let us in ${within}`
        : `it does not let ${user} in${refused ? "" : ` (${error.message})`}; tried: ${tried.join(", ")}`,
      next: /too many/i.test(error.message)
        ? "Name the one key to use: pve:ssh.privateKeyFile"
        : `Look whether the key is in ~${user}/.ssh/authorized_keys there, and is the one that pve:ssh names (its log: journalctl -u ssh)`,
    },
    error,
  );
}

const codeOf = (error: Error): string | undefined => ("code" in error ? String(error.code) : undefined);
