import { existsSync, lstatSync } from "node:fs";
import { command } from "../../../setup/engine/command.ts";

const PROGRAMS = ["bash", "env", "find", "hostname", "mount", "nsenter", "setpriv", "unshare"];

/** Why no program can run in a host here, in words. */
export async function whyNot(): Promise<string | undefined> {
  if (process.platform !== "linux") return "hosts have programs of their own on Linux only: it needs namespaces";
  const lacking = PROGRAMS.filter((name) => !existsSync(`/usr/bin/${name}`));
  if (lacking.length > 0) return `/usr/bin has no ${lacking.join(", ")}, which hosts are made with`;
  if (!lstatSync("/bin").isSymbolicLink()) return "/bin is no link to /usr/bin, as the hosts' is";
  const layers = ["-t", "overlay", "-o", "lowerdir=/usr/bin:/usr/lib", "none", "/sys"];
  const tried = ["--user", "--map-root-user", "--mount", "--pid", "--fork", "mount", ...layers];
  const { code, stderr } = await command("/usr/bin/unshare", tried);
  if (code === 0) return undefined;
  const settings =
    "kernel.apparmor_restrict_unprivileged_userns, kernel.unprivileged_userns_clone, user.max_user_namespaces";
  return `this machine forbids user namespaces, or to mount in them (${stderr.trim()}); they are ruled by ${settings}, or by the container it is`;
}
