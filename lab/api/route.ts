import type { Method, Paths, Verb } from "../schema/schema.ts";

export interface Route {
  /** As in the schema: `/nodes/{node}/qemu/{vmid}`. */
  readonly path: string;
  readonly method: Method;
  /** What stands in the path's places. */
  readonly places: Readonly<Record<string, string>>;
}

/** The name of a volume has slashes of its own: what comes here is one place, whatever is in it. */
const WHOLE = "{volume}";

interface Branch {
  readonly fixed: Map<string, Branch>;
  place?: { readonly name: string; readonly takesAll: boolean; readonly branch: Branch };
  /** The path of the schema that ends here. */
  path?: string;
}

const newBranch = (): Branch => ({ fixed: new Map() });

/** Finds the method that a request is for, among the paths of one release. */
export function router(paths: Paths): (verb: string, path: string) => Route | undefined {
  const root = newBranch();
  for (const path of Object.keys(paths)) {
    let branch = root;
    for (const part of path.split("/").filter(Boolean)) branch = grown(branch, part);
    branch.path = path;
  }
  return (verb, path) => {
    const places: Record<string, string> = {};
    let branch: Branch | undefined = root;
    const parts = path.split("/").filter(Boolean);
    for (const [n, part] of parts.entries()) {
      const fixed: Branch | undefined = branch.fixed.get(part);
      if (fixed) branch = fixed;
      else if (branch.place) {
        const { name, takesAll } = branch.place;
        places[name] = takesAll ? parts.slice(n).join("/") : part;
        branch = branch.place.branch;
        if (takesAll) break;
      } else return undefined;
    }
    const found = branch.path;
    const method = found === undefined ? undefined : paths[found]?.[verb as Verb];
    return found === undefined || !method ? undefined : { path: found, method, places };
  };
}

function grown(branch: Branch, part: string): Branch {
  const name = /^\{(.+)\}$/.exec(part)?.[1];
  if (name !== undefined) {
    branch.place ??= { name, takesAll: part === WHOLE, branch: newBranch() };
    return branch.place.branch;
  }
  const next = branch.fixed.get(part) ?? newBranch();
  branch.fixed.set(part, next);
  return next;
}
