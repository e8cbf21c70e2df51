import type { Entries } from "./entry.ts";

const NOLOGIN = "/usr/sbin/nologin";

/** Name, number, home and shell. `admin` is for clients that come as somebody else than root. */
const USERS = [
  ["root", 0, "/root", "/bin/bash"],
  ["daemon", 1, "/usr/sbin", NOLOGIN],
  ["bin", 2, "/bin", NOLOGIN],
  ["sys", 3, "/dev", NOLOGIN],
  ["man", 6, "/var/cache/man", NOLOGIN],
  ["mail", 8, "/var/mail", NOLOGIN],
  ["www-data", 33, "/var/www", NOLOGIN],
  ["backup", 34, "/var/backups", NOLOGIN],
  ["sshd", 101, "/run/sshd", NOLOGIN],
  ["postfix", 104, "/var/spool/postfix", NOLOGIN],
  ["nobody", 65534, "/nonexistent", NOLOGIN],
  ["admin", 1000, "/home/admin", "/bin/bash"],
] as const;

const GROUPS = [
  ...USERS.filter(([name]) => name !== "nobody"),
  ["adm", 4],
  ["disk", 6],
  ["sudo", 27],
  ["shadow", 42],
  ["kvm", 104],
  ["nogroup", 65534],
] as const;

/** Who there is on a host, none with a password of its own, and who may come in by that key. */
export const accounts = (authorizedKey: string): Entries => ({
  "/etc/passwd": {
    text: USERS.map(([name, id, home, shell]) => `${name}:x:${id}:${id}:${name}:${home}:${shell}\n`).join(""),
  },
  "/etc/group": { text: GROUPS.map(([name, id]) => `${name}:x:${id}:\n`).join("") },
  "/etc/shadow": { text: USERS.map(([name]) => `${name}:*:20000:0:99999:7:::\n`).join(""), mode: 0o640 },
  "/etc/gshadow": { text: GROUPS.map(([name]) => `${name}:*::\n`).join(""), mode: 0o640 },
  "/root": { folder: true, mode: 0o700 },
  "/root/.ssh": { folder: true, mode: 0o700 },
  "/root/.ssh/authorized_keys": { text: `${authorizedKey}\n`, mode: 0o600 },
  "/home/admin": { folder: true, mode: 0o700 },
  "/home/admin/.ssh": { folder: true, mode: 0o700 },
  "/home/admin/.ssh/authorized_keys": { text: `${authorizedKey}\n`, mode: 0o600 },
});
