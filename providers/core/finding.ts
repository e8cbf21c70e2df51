import { appendFileSync } from "node:fs";
import type { FindingCode } from "./finding-codes.ts";
import { Trouble, wordsOf } from "./trouble.ts";

/** Something true today that may be false tomorrow: shown beside a preview, never part of the inputs. */
export interface Finding {
  readonly level: "info" | "warning";
  readonly code: FindingCode;
  /** The host, guest or object it is about. */
  readonly target: string;
  readonly message: string;
  /** A number that it comes to, and that a gate's rule can go by. */
  readonly amount?: number;
}

export const info = (code: FindingCode, target: string, message: string): Finding => ({
  level: "info",
  code,
  target,
  message,
});
export const warning = (code: FindingCode, target: string, message: string): Finding => ({
  ...info(code, target, message),
  level: "warning",
});

/** Adds `finding` as one line of JSON to the file that `PVE_OPS_REPORT` names, for the plan gate. */
export function report(
  resource: { urn: string; owner: string; type: string },
  finding: Finding,
  file = process.env["PVE_OPS_REPORT"],
): void {
  if (!file) return;
  try {
    appendFileSync(file, `${JSON.stringify({ ...resource, ...finding })}\n`);
  } catch (cause) {
    throw new Trouble(
      {
        doing: `writing the report ${file}`,
        came: wordsOf(cause),
        next: "Let PVE_OPS_REPORT name a file that can be written",
      },
      cause,
    );
  }
}
