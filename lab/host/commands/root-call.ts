import { ApiError, asText } from "../../api/api-error.ts";
import { Page } from "../../api/call.ts";
import { dispatch } from "../../api/dispatch.ts";
import type { Answer } from "../command.ts";
import type { Host } from "../host.ts";

/** What a call came to: what stands under `data`, or what a program of PVE says of the failure. */
export type Called = { readonly data: unknown } | { readonly failed: Answer };

/** PVE's programs end with what Perl gives a program that dies. */
const DIED = 255;

/** Makes a call of the API on the host itself, as root. */
export function asRoot(
  { cluster, node }: Host,
  verb: string,
  path: string,
  params: Readonly<Record<string, unknown>>,
): Called {
  try {
    const data = dispatch(cluster, node, { verb, path, params, holder: "root@pam", byToken: false });
    return { data: data instanceof Page ? data.items : data };
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    return { failed: { stderr: `${asText(thrown)}\n`, code: DIED } };
  }
}
