import type { Connection } from "../lab/connection.ts";
import type { GroundWish } from "./ground.ts";
import { LabProcess } from "./lab-process.ts";
import { preparedShortfall } from "./prepared.ts";
import type { Subject } from "./subject.ts";

/** The farm's own machines, each with a card of its; what it grows by is like the last one. */
const OWN = [
  { host: "farm-01", match: "GTX 1080" },
  { host: "farm-02", match: "RTX 4090" },
  { host: "farm-03", match: "RTX 3060" },
  { host: "farm-04", match: "RTX 2080" },
  { host: "farm-05", match: "RX 6800" },
];

const names = (count: number): readonly string[] => machines(count).map(({ host }) => host);

const machines = (count: number) =>
  Array.from({ length: count }, (_, n) => OWN[n] ?? { host: `pve-${n + 1}`, match: "RX 6800" });

/** As VfioHostConfig takes them. */
const prepared = (count: number) =>
  machines(count).map(({ host, match }) => ({ name: `gpu-${host}`, host, gpus: [{ match }] }));

export const hosts: Subject = {
  name: "hosts",
  words: { one: "host", many: "hosts", requests: "programs" },
  sizes: [1, 10, 100],
  latency: 200,
  ground: ({ most, latency }: GroundWish) =>
    LabProcess.start({ cluster: "farm", nodes: most, latency, config: sshKeys }),
  list: "vfio",
  lists: { ours: prepared, floor: prepared },
  isWritten: (path) => /^hosts\/[^/]+\/(?:etc|boot|var\/lib\/pve-ops|var\/log)\//.test(path),
  isLeft: (path) => /^hosts\/[^/]+\/(?:var\/log\/|boot\/.*initrd)/.test(path),
  shortfall: (_before, after, made) => preparedShortfall(after, names(made)),
};

/** The hosts that are made ready and no others: all that a stack config lists are read. */
function sshKeys({ nodes }: Connection, size: number) {
  const wanted = new Set(names(size));
  const reached = nodes.flatMap(({ name, ssh }) => (ssh && wanted.has(name) ? [{ name, ssh }] : []));
  return {
    "pve:ssh": { user: "root", privateKeyFile: reached[0]?.ssh.privateKeyFile },
    "pve:nodes": Object.fromEntries(
      reached.map(({ name, ssh: { host, port, hostKey } }) => [name, { address: host, hostKey, ssh: { port } }]),
    ),
  };
}
