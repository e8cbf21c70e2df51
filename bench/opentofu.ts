import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Connection } from "../lab/connection.ts";
import type { OpenTofu } from "../setup/opentofu/opentofu.ts";
import { TofuWorkspace } from "../setup/opentofu/workspace.ts";
import type { Contender, Course } from "./contender.ts";
import type { Phase } from "./phases.ts";
import type { SubjectName } from "./subject.ts";

const CONFIGURATIONS = join(import.meta.dirname, "tofu");

const COMMANDS: Readonly<Record<Phase, readonly string[]>> = {
  preview: ["plan", "-detailed-exitcode"],
  up: ["apply", "-auto-approve"],
  "preview again": ["plan", "-detailed-exitcode"],
  destroy: ["destroy", "-auto-approve"],
};

interface Surroundings {
  readonly programs: OpenTofu;
  readonly connection: Connection;
  readonly interrupt: AbortSignal;
}

/** OpenTofu with bpg's provider. */
export const tofuContender = ({ programs, connection, interrupt }: Surroundings): Contender => ({
  name: "tofu",
  makes: true,
  async open(subject, size) {
    const { tofu } = subject;
    if (tofu === undefined) throw new Error(`OpenTofu does not make ${subject.words.many}`);
    const { nodes, caFile, token } = connection;
    const workspace = new TofuWorkspace(programs, {
      endpoint: nodes[0]?.api ?? "",
      ca: readFileSync(caFile, "utf8"),
      login: { PROXMOX_VE_API_TOKEN: `${token.id}=${token.secret}` },
    });
    try {
      await fill(workspace, subject.name, tofu.variables(size));
    } catch (thrown) {
      workspace.close();
      throw thrown;
    }
    return course(workspace, size * tofu.resources, interrupt);
  },
});

async function fill(workspace: TofuWorkspace, name: SubjectName, variables: object): Promise<void> {
  cpSync(join(CONFIGURATIONS, name), workspace.folder, { recursive: true });
  workspace.write("terraform.tfvars.json", JSON.stringify(variables));
  const { code, stderr } = await workspace.tofu(["get"]);
  if (code !== 0) throw new Error(`getting the modules: ${stderr}`);
}

function course(workspace: TofuWorkspace, resources: number, interrupt: AbortSignal): Course {
  const ends: Readonly<Record<Phase, { code: number; words: string }>> = {
    preview: { code: 2, words: `Plan: ${resources} to add, 0 to change, 0 to destroy` },
    up: { code: 0, words: `Resources: ${resources} added, 0 changed, 0 destroyed` },
    "preview again": { code: 0, words: "No changes" },
    destroy: { code: 0, words: `Resources: ${resources} destroyed` },
  };
  return {
    run: (phase) => workspace.tofu([...COMMANDS[phase], "-input=false"], { interrupt }),
    expects: (phase) => ends[phase],
    close: () => workspace.close(),
  };
}
