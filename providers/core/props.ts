import { z } from "zod";
import type { Kept, Standing } from "./kind.ts";
import type { Owner } from "./owner.ts";

/** What the frame keeps in a resource's props beside the args. */
export interface Frame extends Owner {
  /** An argument is secret, so no message may quote what is rendered from them. */
  readonly sealed?: boolean | undefined;
}

const Text = z.string().optional().catch(undefined);
const Stood = z.object({
  files: z.record(z.string(), z.string()).catch({}),
  objects: z.record(z.string(), z.unknown()).catch({}),
});

export interface Props {
  readonly args: Readonly<Record<string, unknown>>;
  readonly frame: Frame;
  /** The last run failed after it had begun; a refresh does not change that, though all may read back as wanted. */
  readonly unfinished: boolean;
  /** The stored shim: the SDK keeps it for us only when all goes well. */
  readonly shim: unknown;
  readonly standing: Standing;
  /** What a delete would do, as the last preview of it knew: a refresh has to hand it on. */
  readonly onDelete: unknown;
  readonly kept: Kept;
}

/** The names in a kind's props: of its args, and of what it keeps. */
export interface Names {
  readonly args: readonly string[];
  readonly kept: readonly string[];
}

/** Takes apart what the engine sends. Without `names`, all that the frame does not own is taken for an argument. */
export function unpack(props: Readonly<Record<string, unknown>>, names?: Names): Props {
  const { __provider: shim, unfinished, owner, within, sealed, files, objects, effects: _e, onDelete, ...rest } = props;
  const only = (known: readonly string[]) =>
    Object.fromEntries(Object.entries(rest).filter(([key]) => known.includes(key)));
  return {
    args: names ? only(names.args) : rest,
    kept: only(names?.kept ?? []),
    shim,
    unfinished: unfinished === true,
    frame: { owner: z.string().parse(owner), within: Text.parse(within), sealed: sealed === true },
    standing: Stood.parse({ files, objects }),
    onDelete,
  };
}

/** Puts props together again: plain data, nothing undefined. */
export function pack(args: object, { owner, within, sealed }: Frame, rest: object = {}): Record<string, unknown> {
  return plain({ ...args, owner, within, sealed: sealed || undefined, ...rest });
}

/** A copy as it will come back from the state: nothing undefined in it. */
export const plain = (data: object): Record<string, unknown> => JSON.parse(JSON.stringify(data));

/** Names that the frame needs for itself: no argument can have them. */
export const TAKEN = ["owner", "within", "sealed", "unfinished", "files", "objects", "effects", "onDelete"] as const;
