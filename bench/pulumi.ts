import { join } from "node:path";
import type { Engine } from "../setup/engine/attempt.ts";
import { Workspace } from "../setup/engine/workspace.ts";
import type { Contender, Course, PulumiName } from "./contender.ts";
import type { Ground } from "./ground.ts";
import type { Phase } from "./phases.ts";

const COMMANDS: Readonly<Record<Phase, readonly string[]>> = {
  preview: ["preview"],
  up: ["up", "--yes", "--skip-preview"],
  "preview again": ["preview", "--expect-no-changes"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

interface Surroundings {
  readonly engine: Engine;
  readonly ground: Ground;
  readonly interrupt: AbortSignal;
}

/** A Pulumi program from this folder: `ours`, for the bundle too, or the `floor`. */
export const pulumiContender = (name: PulumiName, { engine, ground, interrupt }: Surroundings): Contender => ({
  name,
  makes: name !== "floor",
  async open(subject, size) {
    const list = subject.lists[name]?.(size) ?? [];
    const workspace = await Workspace.open(engine, join(import.meta.dirname, name === "floor" ? "floor" : "ours"));
    try {
      await configure(workspace, ground, { ...ground.config(size), [`pve-ops:${subject.list}`]: list });
    } catch (thrown) {
      workspace.close();
      throw thrown;
    }
    return course(workspace, list.length, interrupt);
  },
});

async function configure(workspace: Workspace, { connection }: Ground, keys: Record<string, unknown>): Promise<void> {
  workspace.configure(keys);
  if (connection === undefined || keys["pve:tokenId"] === undefined) return;
  const { token } = connection;
  const { code, stderr } = await workspace.pulumi("config", "set", "--secret", "pve:tokenSecret", token.secret);
  if (code !== 0) throw new Error(`setting the token's secret: ${stderr}`);
}

function course(workspace: Workspace, resources: number, interrupt: AbortSignal): Course {
  const all = resources + 1; // with the stack itself
  const words: Readonly<Record<Phase, string>> = {
    preview: `+ ${all} to create`,
    up: `+ ${all} created`,
    "preview again": `${all} unchanged`,
    destroy: `- ${all} deleted`,
  };
  return {
    run: (phase) => workspace.run(COMMANDS[phase], { interrupt }),
    expects: (phase) => ({ code: 0, words: words[phase] }),
    close: () => workspace.close(),
  };
}
