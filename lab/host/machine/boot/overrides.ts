/** What a udev rule, or a script of the initramfs, does before drivers find their devices. */
interface Overrides {
  readonly overrides: ReadonlyMap<string, string>;
  /** The modules that it loads. */
  readonly loads: readonly string[];
}

const ADDRESS = String.raw`[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]`;

/**
 * Reads what is written plainly: `KERNEL=="0000:01:00.0", ATTR{driver_override}="vfio-pci"` in rules that come before
 * udev's own; `echo vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override` and `modprobe` in scripts, also
 * with `for dev in 0000:01:00.0 …` around it. The lab runs neither.
 */
export function overridesIn(path: string, text: string): Overrides {
  return path.endsWith(".rules") ? inRules(path, text) : inScript(text);
}

function inRules(path: string, text: string): Overrides {
  const overrides = new Map<string, string>();
  // 80-drivers.rules is where udev loads modules.
  if (path.replace(/^.*\//, "") > "80-drivers.rules") return { overrides, loads: [] };
  for (const line of text.replaceAll(/\\\n/g, " ").split("\n")) {
    if (line.trim().startsWith("#")) continue;
    const address = new RegExp(`KERNEL=="(${ADDRESS})"`).exec(line)?.[1];
    const driver = /ATTR\{driver_override\}="([^"]+)"/.exec(line)?.[1];
    if (address !== undefined && driver !== undefined) overrides.set(address, driver);
  }
  return { overrides, loads: [] };
}

function inScript(text: string): Overrides {
  const overrides = new Map<string, string>();
  const lines = text.split("\n").filter((line) => !line.trim().startsWith("#"));
  const whole = lines.join("\n");
  const listed = new Map(
    [...whole.matchAll(/(?:for\s+(\w+)\s+in\s+|^\s*(\w+)=)["']?([^"';\n]+)/gm)].map(
      ([, loop, variable, words = ""]) => [loop ?? variable ?? "", words],
    ),
  );
  const expanded = (word: string): readonly string[] => {
    const name = /^\$\{?(\w+)\}?$/.exec(word)?.[1];
    const words = name === undefined ? word : (listed.get(name) ?? "");
    return words.split(/\s+/).flatMap((one) => (one.startsWith("$") && one !== word ? expanded(one) : one));
  };
  for (const [, driver = "", device = ""] of whole.matchAll(
    /(?:echo|printf)\s+["']?([\w-]+)(?:\\n)?["']?\s*>\s*"?\/sys\/bus\/pci\/devices\/([^/\s"]+)"?\/driver_override/g,
  ))
    for (const address of expanded(device))
      if (new RegExp(`^${ADDRESS}$`).test(address)) overrides.set(address, driver);
  const loads = [...whole.matchAll(/\bmodprobe\s+(?:-\w+\s+)*([\w-]+)/g)].map(([, name = ""]) => name);
  return { overrides, loads };
}
