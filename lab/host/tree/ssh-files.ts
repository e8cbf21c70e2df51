import type { KeyPair } from "../ssh/keys.ts";
import type { Entries } from "./entry.ts";

/** An SSH server's own keys, by the words that stand in their files' names. */
export type HostKeys = Readonly<Record<"ed25519" | "ecdsa", KeyPair>>;

/** The files of a host's keys. */
export const hostKeyFiles = (keys: HostKeys): Entries =>
  Object.fromEntries(
    Object.entries(keys).flatMap(([kind, pair]) => [
      [`/etc/ssh/ssh_host_${kind}_key`, { text: pair.private, mode: 0o600 }],
      [`/etc/ssh/ssh_host_${kind}_key.pub`, { text: `${pair.public}\n` }],
    ]),
  );

/** The settings of a host's SSH server, as Debian has them, with root let in as Proxmox VE does. */
export const sshSettings: Entries = {
  "/etc/ssh/sshd_config": {
    text: `# What sshd(8) goes by. What stands in /etc/ssh/sshd_config.d wins.

Include /etc/ssh/sshd_config.d/*.conf

PermitRootLogin yes
KbdInteractiveAuthentication no
UsePAM yes
X11Forwarding yes
PrintMotd no
AcceptEnv LANG LC_*
Subsystem sftp /usr/lib/openssh/sftp-server
`,
  },
  "/etc/ssh/sshd_config.d": { folder: true },
  "/etc/ssh/ssh_config": { text: "Host *\n    SendEnv LANG LC_*\n    HashKnownHosts yes\n" },
};
