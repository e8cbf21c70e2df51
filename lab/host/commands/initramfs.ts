import { writeFileSync } from "node:fs";
import type { Answer, Command } from "../command.ts";
import { inside } from "../inside.ts";
import { imageOf, imageText, newImage } from "../machine/boot/initramfs.ts";
import { hostMachine } from "../machine/host-machine.ts";
import { modules } from "../machine/modules.ts";
import { failed } from "./arguments.ts";

export const mkinitramfs: Command = ({ host, argv, cwd }): Answer => {
  const at = argv.indexOf("-o");
  const out = argv[at + 1];
  const kernel =
    argv.filter((_, n) => n !== at && n !== at + 1).findLast((word) => !word.startsWith("-")) ?? host.node.kernel;
  if (at < 0 || out === undefined) return failed("mkinitramfs: no output is named, by -o");
  const { files } = hostMachine(host);
  if (files.read(`/boot/vmlinuz-${kernel}`) === undefined)
    return failed(
      `mkinitramfs: missing /lib/modules/${kernel}\nEnsure all necessary drivers are built into the linux image!`,
    );
  const text = imageText(newImage(files, host.node.machine, kernel));
  try {
    writeFileSync(inside(host.tree, inTree(host.tree, out, cwd)), text);
  } catch (thrown) {
    return failed(`mkinitramfs: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  return {};
};

/** Where hosts have no `/` of their own, a program says where its file is on this machine. */
const inTree = (tree: string, path: string, cwd: string): string =>
  (path.startsWith("/") ? path : `${cwd}/${path}`).replace(tree, "");

export const lsinitramfs: Command = ({ host, argv }): Answer => {
  const path = argv.findLast((word) => !word.startsWith("-")) ?? "";
  const image = imageOf(hostMachine(host).files.read(path));
  if (!image) return failed(`lsinitramfs: ${path} is no initramfs`);
  const folder = `usr/lib/modules/${image.kernel}/kernel`;
  const drivers = image.has.map((name) => `${folder}/${modules[name]?.path}/${name.replaceAll("_", "-")}.ko`);
  const files = ["conf/conf.d", "conf/modules", "init", ...Object.keys(image.modprobe), ...Object.keys(image.scripts)];
  const shown = files.map((name) => name.replace(/^\//, "").replace(/^etc\/initramfs-tools\/scripts/, "scripts"));
  return {
    stdout: [...shown, ...drivers]
      .toSorted()
      .map((name) => `${name}\n`)
      .join(""),
  };
};
