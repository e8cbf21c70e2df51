import { gate, usage as gateUsage } from "./gate/gate.ts";
import { CannotTell, type Command, type Outcome } from "./outcome.ts";
import { ON_HOSTS, USAGE } from "./usage.ts";

const OLDEST = 22;

type Run = (args: readonly string[]) => Promise<Outcome>;

/** What asks hosts is loaded when it is asked for: the rest runs on an older Node than that needs. */
const onHosts = (name: keyof typeof USAGE, load: () => Promise<Run>): Command => ({
  usage: USAGE[name],
  help: ON_HOSTS,
  run: async (args) => {
    if (Number(process.versions.node.split(".")[0]) < OLDEST)
      throw new CannotTell(`Node ${OLDEST} or newer is needed to ask hosts, this is ${process.version}`);
    return (await load())(args);
  },
});

/** Every command, by its name. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  gate: { run: gate, usage: gateUsage },
  status: onHosts("status", async () => (await import("./status/status.ts")).status),
  diag: onHosts("diag", async () => (await import("./diag/diag.ts")).diag),
  rescue: onHosts("rescue", async () => (await import("./rescue/rescue.ts")).rescue),
  bind: onHosts("bind", async () => (await import("./bind/bind.ts")).bind),
  unbind: onHosts("unbind", async () => (await import("./bind/bind.ts")).unbind),
};
