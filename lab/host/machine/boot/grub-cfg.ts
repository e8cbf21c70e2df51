/** An entry of GRUB's menu. */
export interface GrubEntry {
  readonly title: string;
  readonly id: string | undefined;
  /** How many submenus it is in. */
  readonly depth: number;
  readonly linux: string;
  readonly options: readonly string[];
  readonly initrd: string | undefined;
}

/** The entries of a `grub.cfg` that start Linux, in their order. */
export function grubEntries(text: string): readonly GrubEntry[] {
  const entries: GrubEntry[] = [];
  let depth = 0;
  let open: { title: string; id: string | undefined } | undefined;
  let started: Omit<GrubEntry, "initrd"> | undefined;
  let initrd: string | undefined;
  for (const line of text.split("\n").map((one) => one.trim())) {
    const [word, ...rest] = line.split(/\s+/);
    if (word === "submenu") depth += 1;
    else if (word === "menuentry") open = headOf(line);
    else if ((word === "linux" || word === "linuxefi") && open)
      started = { ...open, depth, linux: rest[0] ?? "", options: rest.slice(1) };
    else if ((word === "initrd" || word === "initrdefi") && open) initrd = rest[0];
    else if (word === "}" && open) {
      if (started) entries.push({ ...started, initrd });
      [open, started, initrd] = [undefined, undefined, undefined];
    } else if (word === "}" && depth > 0) depth -= 1;
  }
  return entries;
}

const headOf = (line: string): { title: string; id: string | undefined } => ({
  title: /^menuentry\s+'([^']*)'/.exec(line)?.[1] ?? "",
  id: /\$menuentry_id_option\s+'([^']*)'/.exec(line)?.[1],
});
