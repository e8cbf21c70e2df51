import type { GroundWish } from "./ground.ts";
import { preparedShortfall } from "./prepared.ts";
import type { Subject } from "./subject.ts";

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `pve${n + 1}`);

/** The host keeps no card that would need its driver. */
const NO_OTHER_CARD = [{ folder: "etc/modprobe.d/", line: /^blacklist nouveau$/m }];

/** As VfioHostConfig takes them. */
const prepared = (count: number) =>
  names(count).map((host) => ({ name: `gpu-${host}`, host, gpus: [{ address: "01:00" }], allowHeadless: true }));

export const edits: Subject = {
  name: "edits",
  words: { one: "real host", many: "real hosts", requests: "programs" },
  sizes: [10],
  latency: 0,
  async ground({ most }: GroundWish) {
    // Nobody else needs what Debian hosts are made by.
    const { DebianHosts } = await import("./debian-hosts.ts");
    return DebianHosts.start(most);
  },
  list: "vfio",
  lists: { ours: prepared, floor: prepared },
  ansible: { slot: "01:00" },
  isWritten: (path) => /^hosts\/[^/]+\/etc\/(?:default\/grub\.d|modprobe\.d|initramfs-tools)\//.test(path),
  shortfall: (_before, after, made) => preparedShortfall(after, names(made), NO_OTHER_CARD),
};
