import { join } from "node:path";
import type { Connection } from "../lab/connection.ts";
import type { Engine } from "../setup/engine/attempt.ts";
import { Workspace } from "../setup/engine/workspace.ts";
import type { Contender, Course, PulumiName } from "./contender.ts";
import type { Phase } from "./phases.ts";

const COMMANDS: Readonly<Record<Phase, readonly string[]>> = {
  preview: ["preview"],
  up: ["up", "--yes", "--skip-preview"],
  "preview again": ["preview", "--expect-no-changes"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

interface Surroundings {
  readonly engine: Engine;
  readonly connection: Connection;
  readonly interrupt: AbortSignal;
}

/** A Pulumi program from this folder: `ours`, for the bundle too, or the `floor`. */
export const pulumiContender = (name: PulumiName, { engine, connection, interrupt }: Surroundings): Contender => ({
  name,
  makes: name !== "floor",
  async open(subject, size) {
    const list = subject.lists[name]?.(size) ?? [];
    const workspace = await Workspace.open(engine, join(import.meta.dirname, name === "floor" ? "floor" : "ours"));
    try {
      await configure(workspace, connection, { [`pve-ops:${subject.name}`]: list });
    } catch (thrown) {
      workspace.close();
      throw thrown;
    }
    return course(workspace, list.length, interrupt);
  },
});

async function configure(workspace: Workspace, { nodes, token, caFile }: Connection, lists: object): Promise<void> {
  workspace.configure({
    "pve:endpoint": nodes.map(({ api }) => api),
    "pve:tokenId": token.id,
    "pve:ca": caFile,
    ...lists,
  });
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
