import { command } from "../../setup/engine/command.ts";

/** Where Debian's packages are: the mirror that this machine takes its own from, where it is a Debian. */
export async function mirror(): Promise<string> {
  const { stdout } = await command("apt-get", ["indextargets", "--format", "$(REPO_URI)"]);
  return stdout.split("\n").find((uri) => /\/debian\/?$/.test(uri)) ?? "http://deb.debian.org/debian";
}
