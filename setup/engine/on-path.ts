import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Attempt, type Engine, failed } from "./attempt.ts";
import { command } from "./command.ts";
import { atLeast, OLDEST } from "./version.ts";

const NEEDED = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

/** A `pulumi` that is installed already, if it is recent enough and has what runs Node programs beside it. */
export async function onPath(path: string | undefined, from: Engine["from"]): Promise<Attempt> {
  const folders = (path ?? "").split(delimiter).filter(Boolean);
  const bin = folders.find((folder) => isExecutable(join(folder, "pulumi")));
  if (!bin) return failed("no pulumi there");
  const { code, stdout, stderr } = await command(join(bin, "pulumi"), ["version"], { limit: 20_000 });
  if (code !== 0) return failed(`${join(bin, "pulumi")} does not run: ${stderr.trim() || `exit ${code}`}`);
  const version = stdout.trim();
  if (!atLeast(version, OLDEST)) return failed(`${join(bin, "pulumi")} is ${version}, needed is ${OLDEST} or newer`);
  const missing = NEEDED.filter((name) => !folders.some((folder) => isExecutable(join(folder, name))));
  if (missing.length > 0) return failed(`${join(bin, "pulumi")} is there, but not ${missing.join(" and ")}`);
  return { engine: { bin, version: version.replace(/^v/, ""), from } };
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
