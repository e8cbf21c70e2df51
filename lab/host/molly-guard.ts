import { chmodSync, copyFileSync, mkdirSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "./host.ts";
import type { Entries } from "./tree/entry.ts";

const GUARD = "/lib/molly-guard/molly-guard";

/** Puts molly-guard in the place of what takes a host down, where it is installed, in what the host has over `/usr`. */
export function guard({ node }: Host, usr: string): void {
  if (!node.mollyGuard) return;
  const folder = join(usr, "lib/molly-guard");
  mkdirSync(folder);
  copyFileSync(join(import.meta.dirname, "scripts/molly-guard"), join(usr, GUARD));
  chmodSync(join(usr, GUARD), 0o755);
  for (const name of ["halt", "poweroff", "reboot", "shutdown"]) {
    renameSync(join(usr, "sbin", name), join(folder, name));
    symlinkSync(GUARD, join(usr, "sbin", name));
  }
}

/** What its package has in `/etc`. */
export const mollyGuardFiles: Entries = {
  "/etc/molly-guard/rc": {
    text: "# Whether it asks where nobody is logged in by SSH, too\n#ALWAYS_QUERY_HOSTNAME=true\n",
  },
  "/etc/molly-guard/run.d/10-print-message": {
    text: '#!/bin/sh\n[ "$MOLLYGUARD_DO_NOTHING" = 0 ] || echo "I: demo mode; nothing will be done." >&2\n',
    mode: 0o755,
  },
  "/etc/molly-guard/run.d/30-query-hostname": {
    text: `#!/bin/sh
# Asks whoever sits at a terminal what this machine is called.
. "$MOLLYGUARD_SETTINGS"
test -t 0 || exit 0
[ -n "\${SSH_CONNECTION:-}" ] || [ "\${ALWAYS_QUERY_HOSTNAME:-}" = true ] || exit 0
printf 'Please type in hostname of the machine to %s: ' "$MOLLYGUARD_CMD"
read -r typed
[ "$typed" = "$(hostname)" ] || { echo "Good thing I asked; I won't $MOLLYGUARD_CMD $(hostname) ..." >&2; exit 1; }
`,
    mode: 0o755,
  },
};
