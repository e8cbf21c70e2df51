import { createHash } from "node:crypto";
import type { Facts } from "./access-facts.ts";
import type { Args } from "./api-token-role.args.ts";

/** Which token is the one to use, and which one of before goes on beside it. */
export interface Turn {
  readonly name: string;
  /** Which value it has, counted from 1. One more than is there is one to be made. */
  readonly generation: number;
  /** The token before, as long as both are good. */
  readonly previous: string | undefined;
}

/** A value from farther ahead than this was made by a clock that went wrong. */
const DAY = 86_400;

/** The names that a token of ours may have: with an overlap they take turns. */
export const namesOf = ({ token }: Args): readonly [string, string] => [token.name, `${token.name}-b`];

/** Whose turn it is by what is there, the args and the clock. */
export function turnOf(args: Args, { mine, record, now }: Pick<Facts, "mine" | "record" | "now">): Turn {
  const [own, other] = namesOf(args);
  const { rotate } = args;
  const names = rotate?.overlap === undefined ? [own] : [own, other];
  const [newest, before] = mine;
  if (!newest || !record) return { name: newest?.name ?? own, generation: 1, previous: undefined };
  const { generation, since } = record;
  const isDue = rotate?.every !== undefined && (now >= since + rotate.every || since > now + DAY);
  if (isDue || keepersDigest(args) !== record.keepers || !names.includes(newest.name)) {
    const name = names.find((one) => one !== newest.name) ?? own;
    return { name, generation: generation + 1, previous: names.length > 1 ? newest.name : undefined };
  }
  const isOver = now >= since + (rotate?.overlap ?? 0);
  return { name: newest.name, generation, previous: isOver ? undefined : before?.name };
}

/** What the keepers come to; none where there are none. They may be secret, so that they do not stand in the note. */
export function keepersDigest({ rotate, user, token }: Args): string {
  const keepers = Object.entries(rotate?.keepers ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (keepers.length === 0) return "";
  return createHash("sha256")
    .update(JSON.stringify([user.id, token.name, keepers]))
    .digest("hex")
    .slice(0, 8);
}
