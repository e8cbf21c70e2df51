import { z } from "zod";
import { failureWords, parse } from "#providers/core/door.ts";
import type { Config } from "#providers/core/session.ts";
import { Args } from "#providers/passthrough/vfio-host-config.args.ts";
import { CannotTell } from "../outcome.ts";

/** A VfioHostConfig as a stack's config declares it. */
export interface DeclaredHost {
  readonly name: string;
  readonly stack: string;
  readonly args: Args;
}

const KEY = "pve-ops:vfio";
const Entries = z.array(z.looseObject({ name: z.string().min(1) }));

/** What a stack's config declares for its hosts. */
export function declaredIn(config: Config, stack: string): DeclaredHost[] {
  const entries = Entries.safeParse(jsonIn(config(KEY)));
  if (!entries.success) throw new CannotTell(`${KEY} of the stack ${stack} is no list in which every entry has a name`);
  return entries.data.map(({ name, ...given }) => {
    const parsed = parse(Args, given);
    if (parsed.is === "known") return { name, stack: stack.split("/").at(-1) ?? stack, args: parsed.args };
    const why = parsed.is === "wrong" ? parsed.failures.map(failureWords).join("; ") : "not everything is known yet";
    throw new CannotTell(`${KEY}, ${name}: ${why}`);
  });
}

function jsonIn(text = "[]"): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
