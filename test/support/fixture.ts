import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../../setup/engine/command.ts";
import { ensureEngine } from "../../setup/engine/engine.ts";
import { Workspace } from "../../setup/engine/workspace.ts";

const project = join(import.meta.dirname, "../fixture/programs/config");

/** A stack of local blocks, described by its config alone, for the real engine. */
export const fixture = async (env: NodeJS.ProcessEnv = {}, program = project): Promise<Workspace> =>
  Workspace.open(await ensureEngine(() => {}), program, env);

/** One block called `motd` in the file `motd`, and what `more` says. */
export const block = (workspace: Workspace, more: object = {}) => ({
  name: "motd",
  paths: [workspace.path("motd")],
  text: "mind the gap",
  records: workspace.path(""),
  ...more,
});

export const declare = (workspace: Workspace, ...blocks: object[]): void =>
  workspace.configure({ "pve-ops:blocks": blocks });

export const read = (workspace: Workspace, name: string): string => readFileSync(workspace.path(name), "utf8");

export const write = (workspace: Workspace, name: string, text: string): void =>
  writeFileSync(workspace.path(name), text);

/** The command's output, once it ended as it should. */
export async function good(running: Promise<Result>): Promise<string> {
  const { code, stdout, stderr } = await running;
  if (code !== 0) throw new Error(`exit ${code}\n${stdout}\n${stderr}`);
  return stdout + stderr;
}

/** The output of a command that has to fail. */
export async function bad(running: Promise<Result>): Promise<string> {
  const { code, stdout, stderr } = await running;
  if (code === 0) throw new Error(`it did not fail:\n${stdout}\n${stderr}`);
  return stdout + stderr;
}

export const preview = (workspace: Workspace, ...more: string[]) =>
  workspace.pulumi("preview", "--diff", "--show-full-output", ...more);
export const up = (workspace: Workspace, ...more: string[]) =>
  workspace.pulumi("up", "--yes", "--skip-preview", ...more);
export const refresh = (workspace: Workspace) => workspace.pulumi("refresh", "--yes", "--skip-preview");
export const destroy = (workspace: Workspace) => workspace.pulumi("destroy", "--yes", "--skip-preview");

/** What the stack's state says of each resource of ours. */
export async function stateOf(workspace: Workspace) {
  const exported: { deployment: { resources?: StoredResource[] } } = JSON.parse(
    await good(workspace.pulumi("stack", "export")),
  );
  return (exported.deployment.resources ?? []).filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/pve:"));
}

export interface StoredResource {
  readonly type: string;
  readonly id: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
  readonly initErrors?: string[];
}
