import { z } from "zod";
import type { Finding } from "../core/finding.ts";
import { Trouble } from "../core/trouble.ts";
import { flag } from "../pve/wire.ts";
import type { Args } from "./api-token-role.args.ts";

/** What PVE tells a token of its rights: by path, and whether each goes on below. */
const Rights = z.record(z.string(), z.record(z.string(), flag));

export interface Rights {
  readonly path: string;
  readonly fewer: readonly string[];
  readonly more: readonly string[];
}

/** What a token may do on the declared paths, against what its role says. */
export function compared(args: Args, privileges: readonly string[], told: unknown): Rights[] {
  const rights = Rights.parse(told);
  return args.acl.map(({ path }) => {
    const held = Object.keys(rights[path] ?? {});
    return {
      path,
      fewer: privileges.filter((privilege) => !held.includes(privilege)),
      more: held.filter((privilege) => !privileges.includes(privilege)).toSorted(),
    };
  });
}

/** A token that may less than was declared is not what was asked for. */
export function mustBeEnough(id: string, rights: readonly Rights[]): void {
  const short = rights.filter(({ fewer }) => fewer.length > 0);
  if (short.length === 0) return;
  throw new Trouble({
    doing: `looking at what ${id} may do, as itself`,
    came: `it may less than was declared (${short.map(({ path, fewer }) => `${path}: no ${fewer.join(", ")}`).join("; ")})`,
    next: "Look for an entry of the user or of one of its groups on the same or a deeper path: the nearest one counts, and NoAccess wins",
  });
}

/** One that may more has it from somewhere else. */
export const moreThanDeclared = (id: string, rights: readonly Rights[]): Finding[] =>
  rights
    .filter(({ more }) => more.length > 0)
    .map(({ path, more }) => ({
      level: "warning",
      code: "more-rights",
      target: id,
      message: `${id} may more on ${path} than was declared: ${more.join(", ")}. Another entry of the user or of its groups gives it that.`,
    }));
