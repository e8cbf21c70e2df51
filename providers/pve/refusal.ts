import { Trouble } from "../core/trouble.ts";

/** What PVE answered instead of doing what it was asked for. */
export class Refusal extends Trouble {
  readonly status: number;
  /** PVE's own words, without their line end. */
  readonly words: string;
  /** What it says of single parameters. */
  readonly errors: Readonly<Record<string, string>>;

  constructor(call: { doing: string; status: number; words: string; errors: Readonly<Record<string, string>> }) {
    const { doing, status, words, errors } = call;
    const details = Object.entries(errors).map(([parameter, text]) => `  ${parameter}: ${text.trimEnd()}`);
    super({
      doing,
      came: `PVE answered ${status} ${words.replace(/[.!]+$/, "")}`,
      next: nextFor(status, words),
      ...(details.length > 0 ? { details: details.join("\n") } : {}),
    });
    this.status = status;
    this.words = words;
    this.errors = errors;
  }
}

function nextFor(status: number, words: string): string {
  if (status === 401)
    return "Look whether pve:tokenId and pve:tokenSecret (or pve:username and pve:password) are right and not expired. Refresh and destroy go by the config of the last up, unless they are told --run-program";
  if (status === 403) {
    const [, path, privilege] = /\((\/\S*), ([\w.|]+)\)/.exec(words) ?? [];
    return path === undefined
      ? "Whoever this stack connects as may not do that (others' tokens want User.Modify on /access/groups)"
      : `Whoever this stack connects as needs ${privilege?.replaceAll("|", " or ")} on ${path}`;
  }
  if (status === 400) return "The parameters below are what it does not take";
  if (status === 501) return "This release of PVE does not have that call";
  if (status === 595 || status === 596) return "The node behind the endpoint does not answer: look whether it is up";
  return "PVE's own words say what is wrong";
}

/** PVE says of most things that are not there only in words that they are not. */
export const isMissing = (thrown: unknown): boolean =>
  thrown instanceof Refusal &&
  (thrown.status === 404 || (thrown.status === 500 && /does not exist|^no such |not found/i.test(thrown.words)));
