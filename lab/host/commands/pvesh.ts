import { apiOf } from "../../schema/schema.ts";
import type { Answer, Command } from "../command.ts";
import { failed } from "./arguments.ts";
import { callOptions, formatOf, pveArguments } from "./pve-arguments.ts";
import { asRoot } from "./root-call.ts";
import { shownAs } from "./shown.ts";

const VERBS: Readonly<Record<string, string>> = { get: "GET", create: "POST", set: "PUT", delete: "DELETE" };
const USAGE = "pvesh <COMMAND> [ARGS] [OPTIONS]";

/** The API on the host itself. */
export const pvesh: Command = ({ host, argv }): Answer => {
  const given = pveArguments(argv);
  const [act = "", place = "", ...rest] = given.words;
  const path = `/${place.split("/").filter(Boolean).join("/")}`;
  if (act === "ls") return entries(Object.keys(apiOf(host.node.release).paths), path);
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

function entries(paths: readonly string[], folder: string): Answer {
  const prefix = folder === "/" ? "/" : `${folder}/`;
  const below = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length).split("/"));
  const names = [...new Set(below.map(([name = ""]) => name))].toSorted();
  if (names.length === 0) return failed(`no such resource '${folder}'`, 255);
  return {
    stdout: names
      .map(
        (name) =>
          `${below.some((parts) => parts[0] === name && parts.length > 1) ? "D" : "-"}---------       ${name}\n`,
      )
      .join(""),
  };
}
