import { apiOf } from "../schema/schema.ts";
import type { Handler } from "./call.ts";

/** Paths that only tell what lies below them, and under which name they tell it. */
const INDEXES: Readonly<Record<string, "subdir" | "name">> = {
  "/cluster": "name",
  "/nodes/{node}": "name",
  "/nodes/{node}/qemu/{vmid}": "subdir",
  "/nodes/{node}/qemu/{vmid}/status": "subdir",
  "/nodes/{node}/lxc/{vmid}": "subdir",
  "/nodes/{node}/lxc/{vmid}/status": "subdir",
  "/nodes/{node}/storage/{storage}": "subdir",
  "/nodes/{node}/tasks/{upid}": "name",
};

const index =
  (path: string, key: string): Handler =>
  ({ node }) => {
    const above = `${path}/`;
    const below = Object.keys(apiOf(node.release).paths)
      .filter((one) => one.startsWith(above))
      .map((one) => one.slice(above.length).split("/")[0] ?? "");
    return [...new Set(below)].toSorted().map((name) => ({ [key]: name }));
  };

export const indexes: Readonly<Record<string, Handler>> = Object.fromEntries(
  Object.entries(INDEXES).map(([path, key]) => [`GET ${path}`, index(path, key)]),
);
