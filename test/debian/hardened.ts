import type { HostOptions } from "./host.ts";

/** A host as CIS and a person of taste leave it: what a client may take for granted of Debian is otherwise. */
export const HARDENED = {
  umask: "077",
  tmp: "noexec",
  sshd: ["MaxSessions 1", "Banner /etc/issue.net", "SetEnv LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8"],
  files: {
    "/etc/issue.net": "Authorised users only. Go away.\n",
    "/etc/motd": "Welcome. Mind the gap.\n",
    "/root/.bashrc": "echo 'bashrc says hello'\necho 'and complains' >&2\n",
    "/root/.cshrc": "echo 'cshrc says hello'\n",
    "/root/.config/fish/config.fish": "echo 'config.fish says hello'\n",
  },
} as const satisfies HostOptions;

/** The login shells that root may have. */
export const SHELLS = ["/bin/bash", "/bin/dash", "/bin/csh", "/usr/bin/fish"] as const;
