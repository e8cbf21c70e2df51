import { isSaid, lastOf, type Parameter } from "../kernel/parameters.ts";

/** What systemd starts a host to: all of it, or a shell at its console for one user. */
export type Target = "multi-user.target" | "rescue.target" | "emergency.target";

const RESCUE = ["single", "s", "S", "1", "rescue"];

/** The target that the kernel's command line asks for. */
export function targetOf(parameters: readonly Parameter[]): Target {
  const unit = lastOf(parameters, "systemd.unit");
  if (unit === "emergency.target" || isSaid(parameters, "emergency")) return "emergency.target";
  if (unit === "rescue.target" || RESCUE.some((word) => isSaid(parameters, word))) return "rescue.target";
  return "multi-user.target";
}
