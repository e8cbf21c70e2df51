import type { Answer, Command } from "../command.ts";
import type { Host } from "../host.ts";
import { failed } from "./arguments.ts";

/** Goes down, as `reboot`, `poweroff` and `halt` do; `-w` and the like say something of it and do nothing. */
const down =
  (how: "reboot" | "poweroff"): Command =>
  ({ host, argv }) => {
    if (argv.includes("--help")) return { stdout: `${how} [OPTIONS...]\n` };
    if (!argv.includes("-w") && !argv.includes("--wtmp-only")) host.goDown(how);
    return {};
  };

export const reboot = down("reboot");
export const poweroff = down("poweroff");

/** What has been called for by shutdown(8) and is still to come. */
const planned = new WeakMap<Host, { cancelled: boolean }>();

export const shutdown: Command = ({ host, argv }): Answer => {
  const plan = planned.get(host);
  if (argv.includes("-c")) {
    if (plan) plan.cancelled = true;
    return {};
  }
  const how = argv.includes("-r") || argv.includes("--reboot") ? "reboot" : "poweroff";
  const when = argv.find((word) => !word.startsWith("-")) ?? "+1";
  const minutes = when === "now" ? 0 : /^\+?\d+$/.test(when) ? Number(when) : undefined;
  if (minutes === undefined) return failed(`Failed to parse time specification: ${when}`);
  if (minutes === 0) {
    host.goDown(how);
    return {};
  }
  const mine = { cancelled: false };
  planned.set(host, mine);
  host.cluster.clock.after(minutes * 60, () => mine.cancelled || host.goDown(how));
  const at = new Date((host.cluster.now() + minutes * 60) * 1000).toUTCString().replace(",", "");
  return { stderr: `${how === "reboot" ? "Reboot" : "Shutdown"} scheduled for ${at}, use 'shutdown -c' to cancel.\n` };
};
