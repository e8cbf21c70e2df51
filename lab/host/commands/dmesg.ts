import type { Answer, Command } from "../command.ts";
import { hostMachine } from "../machine/host-machine.ts";
import { notHere, parsed } from "./arguments.ts";

const OPTIONS = {
  ctime: { type: "boolean", short: "T" },
  notime: { type: "boolean", short: "t" },
  human: { type: "boolean", short: "H" },
  kernel: { type: "boolean", short: "k" },
  decode: { type: "boolean", short: "x" },
  level: { type: "string", short: "l" },
  facility: { type: "string", short: "f" },
  color: { type: "string", short: "L" },
  nopager: { type: "boolean", short: "P" },
  clear: { type: "boolean", short: "C" },
} as const;

/** Lines that a kernel marks as worse than news. */
const WORSE = /failed with error|blacklisted|ACS overrides/;

export const dmesg: Command = ({ host, argv }): Answer => {
  const found = parsed("dmesg", argv, OPTIONS);
  if (!found.ok) return found.answer;
  const { ctime, notime, level, clear } = found.values;
  if (clear) return notHere("dmesg", "--clear");
  const { node, cluster } = host;
  const began = cluster.now() - node.uptime;
  const wanted = level?.split(",");
  const lines = (hostMachine(host).kernel?.log ?? []).filter(
    ([, text]) =>
      !wanted || wanted.some((one) => (WORSE.test(text) ? /^(?:warn|err|crit)/ : /^(?:info|notice|debug)/).test(one)),
  );
  const stamp = (seconds: number) =>
    notime ? "" : ctime ? `[${dateOf(began + seconds)}] ` : `[${seconds.toFixed(6).padStart(12)}] `;
  return { stdout: lines.map(([seconds, text]) => `${stamp(seconds)}${text}\n`).join("") };
};

/** As ctime(3) writes it. */
function dateOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  const word = (options: Intl.DateTimeFormatOptions) => date.toLocaleString("en", { ...options, timeZone: "UTC" });
  return `${word({ weekday: "short" })} ${word({ month: "short" })} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)} ${date.getUTCFullYear()}`;
}
