import type { State } from "../lab/state.ts";
import { homelab } from "./homelab.ts";
import type { Subject } from "./subject.ts";

/** As ApiTokenRole takes them: so many, nothing shared between them. */
const tokenRoles = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const n = index + 1;
    return {
      name: `robot-${n}`,
      role: { name: `BenchRobot${n}`, privileges: ["VM.Audit", "VM.Backup"] },
      user: { id: `robot-${n}@pve` },
      token: { name: "nightly" },
      acl: [{ path: "/vms/101" }],
    };
  });

/** The lines of PVE's own file of users that one token role makes, one of each. */
const KINDS = ["role", "user", "token", "acl"] as const;

export const tokens: Subject = {
  name: "tokens",
  words: { one: "token role", many: "token roles", requests: "requests" },
  sizes: [1, 10, 100, 500],
  latency: 0,
  ground: homelab,
  list: "tokens",
  lists: { ours: tokenRoles, floor: tokenRoles },
  tofu: {
    variables: (size) => ({ tokens: Object.fromEntries(tokenRoles(size).map(({ name, ...args }) => [name, args])) }),
    resources: 5, // role, user, token and two grants
  },
  isWritten: (path) => path === "user.cfg" || path === "priv/token.cfg",
  shortfall(before, after, made) {
    const more = KINDS.map((kind) => ({ kind, count: linesOf(after, kind) - linesOf(before, kind) }));
    const short = more.filter(({ count }) => count !== made);
    if (short.length === 0) return undefined;
    const words = short.map(({ kind, count }) => `${count} of ${kind}`).join(", ");
    return `the cluster should have ${made} more of each kind, and has ${words}`;
  },
};

const linesOf = (state: State, kind: string): number =>
  (state["user.cfg"] ?? "").split("\n").filter((line) => line.startsWith(`${kind}:`)).length;
