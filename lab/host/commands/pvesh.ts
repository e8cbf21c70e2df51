import { z } from "zod";
import { apiOf } from "../../schema/schema.ts";
import type { Answer, Command } from "../command.ts";
import type { Host } from "../host.ts";
import { failed } from "./arguments.ts";
import { callOptions, formatOf, pveArguments } from "./pve-arguments.ts";
import { asRoot, type Called } from "./root-call.ts";
import { shownAs } from "./shown.ts";

const VERBS: Readonly<Record<string, string>> = { get: "GET", create: "POST", set: "PUT", delete: "DELETE" };
const USAGE = "pvesh <COMMAND> [ARGS] [OPTIONS]";

/** The API on the host itself. */
export const pvesh: Command = ({ host, argv }): Answer => {
  const given = pveArguments(argv);
  const [act = "", place = "", ...rest] = given.words;
  const path = `/${place.split("/").filter(Boolean).join("/")}`;
  if (act === "ls") return entries(host, path);
  const verb = VERBS[act];
  if (verb === undefined) return failed(`ERROR: unknown command 'pvesh ${act}'\n${USAGE}`, 255);
  if (place === "" || rest.length > 0)
    return failed(`400 ${place === "" ? "not enough" : "too many"} arguments\n${USAGE}`, 255);
  const called = asRoot(host, verb, path, callOptions(given));
  if ("failed" in called) {
    const { stderr = "" } = called.failed;
    return / not implemented\n/.test(stderr) ? failed(`No '${act}' handler defined for '${path}'`, 255) : called.failed;
  }
  return shownAs(formatOf(given), called.data);
};

const partsOf = (path: string): readonly string[] => path.split("/").filter(Boolean);

/** What is below a folder of the API: what the schema has there, and the things themselves where it has a place. */
function entries(host: Host, folder: string): Answer {
  const above = partsOf(folder);
  const below = Object.keys(apiOf(host.node.release).paths)
    .map(partsOf)
    .filter((parts) => parts.length > above.length)
    .filter((parts) => above.every((part, n) => parts[n] === part || parts[n]?.startsWith("{")));
  const isFolder = new Map<string, boolean>();
  for (const parts of below) {
    const name = parts[above.length] ?? "";
    isFolder.set(name, isFolder.get(name) === true || parts.length > above.length + 1);
  }
  if (isFolder.size === 0) return failed(`no such resource '${folder}'`, 255);
  const named = [...isFolder].flatMap(([name, hasMore]) => {
    const place = /^\{(.+)\}$/.exec(name)?.[1];
    const names = place === undefined ? [name] : namesOf(asRoot(host, "GET", folder, {}), place);
    return names.map((one) => `${hasMore ? "D" : "-"}---------       ${one}\n`);
  });
  return { stdout: named.toSorted((a, b) => (a.slice(1) < b.slice(1) ? -1 : 1)).join("") };
}

const Listed = z.array(z.record(z.string(), z.unknown()));

function namesOf(called: Called, key: string): readonly string[] {
  const items = "failed" in called ? undefined : Listed.safeParse(called.data).data;
  return (items ?? []).flatMap((item) => (item[key] === undefined ? [] : [String(item[key])]));
}
