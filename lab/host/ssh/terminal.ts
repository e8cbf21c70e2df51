import type { PseudoTtyInfo } from "ssh2";
import type { Program } from "../processes.ts";

/** The same on a terminal of its own, as large as the client's was at the beginning; the login shell if nothing is said. */
export function onTerminal({ rows, cols }: PseudoTtyInfo, command = 'exec "$SHELL" -l'): Program {
  const size = rows > 0 && cols > 0 ? `stty rows ${rows} cols ${cols}; ` : "";
  const whole = `${size}export SSH_TTY="$(tty)"; ${command}`;
  return ["/usr/bin/script", "--quiet", "--return", "--flush", "--command", whole, "/dev/null"];
}
