import { z } from "zod";
import { wordsOf } from "../core/trouble.ts";
import type { PveApi } from "../pve/api.ts";
import { Refusal } from "../pve/refusal.ts";
import type { Mark } from "./prune.ts";
import type { Pruning } from "./pruning.ts";
import { type Stored, triedOn } from "./shelf.ts";

/** What a retention would do to what is there, by the cluster's own word. */
export interface DryRun {
  readonly pruning: Pruning;
  readonly stored: readonly Stored[];
  readonly marks: ReadonlyMap<string, Mark>;
}

/** A retention of which nobody told what it would do, and why. */
export interface Untold extends Pick<Pruning, "job" | "by" | "storage"> {
  readonly why: string;
}

const Marked = z.enum(["keep", "remove", "protected", "renamed"]);

/** Asks the cluster itself what a retention would remove of what is there; it tells of backups that it lists to few. */
export async function dryRun(
  api: PveApi,
  pruning: Pruning,
  isServer: boolean,
  since: number,
): Promise<DryRun | Untold> {
  const { node, storage, retention, guests } = pruning;
  if (node === undefined) {
    const away = [...new Set(guests.map((guest) => guest.node))].join(", ");
    return { ...pruning, why: `${away} does not answer` };
  }
  try {
    const [sizes, told] = await Promise.all([
      sizesOn(api, { node, storage }, since),
      triedOn(api, { node, storage, isServer }, { retention, guests, since }),
    ]);
    const marks = z.map(z.string(), Marked).safeParse(new Map(told.map(({ volid, mark }) => [volid, mark])));
    if (!marks.success) return { ...pruning, why: "PVE marks backups in a way that this version does not know" };
    const stored = told.map(({ volid, ctime, type, vmid, mark }) => ({
      ...{ volid, ctime, type, vmid, size: sizes.get(volid) },
      protected: mark === "protected",
      renamed: mark === "renamed",
    }));
    return { pruning, stored, marks: marks.data };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { ...pruning, why: wordsOf(thrown) };
    throw thrown;
  }
}

/** Of the backups that we may see one by one. */
async function sizesOn(
  api: PveApi,
  at: { node: string; storage: string },
  since: number,
): Promise<Map<string, number>> {
  try {
    const takes = { ...at, content: "backup" };
    const content = await api.read("GET /nodes/{node}/storage/{storage}/content", takes, since);
    return new Map(content.flatMap(({ volid, size }) => (size === undefined ? [] : [[volid, size]])));
  } catch (thrown) {
    if (thrown instanceof Refusal) return new Map();
    throw thrown;
  }
}
