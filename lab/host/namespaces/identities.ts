import { writeFileSync } from "node:fs";

/**
 * Says who is who in a process's new user namespace. What root runs has all the ids that a Debian knows; what another
 * runs has one, root, which is that user.
 */
export function mapIdentities(pid: number | undefined): void {
  const map = (file: "uid_map" | "gid_map", line: string) => writeFileSync(`/proc/${pid}/${file}`, line);
  try {
    map("uid_map", "0 0 65536");
    map("gid_map", "0 0 65536");
  } catch {
    map("uid_map", `0 ${process.geteuid?.()} 1`);
    writeFileSync(`/proc/${pid}/setgroups`, "deny");
    map("gid_map", `0 ${process.getegid?.()} 1`);
  }
}
