import type { Edit } from "#providers/host/edit/edit.ts";
import { linesToMute } from "#providers/host/edit/muted.ts";
import { originsIn } from "#providers/host/edit/origin.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { standingOn } from "#providers/host/standing-on-host.ts";
import type { Resource } from "./resources.ts";

/** What stands of a resource in a host's files, as the edits that would bring it there. */
export function editsOn(facts: HostFacts, { name, record }: Resource): Map<string, Edit> {
  const standing = Object.entries(standingOn(facts, name));
  return new Map(
    standing.map(([path, text]) => [
      path,
      editOf(record?.edits[path]?.kind ?? kindIn(text), text, { path, name, facts }),
    ]),
  );
}

interface At {
  readonly path: string;
  readonly name: string;
  readonly facts: HostFacts;
}

function editOf(kind: Edit["kind"], text: string, { path, name, facts }: At): Edit {
  if (kind === "owned") return ownedIn(text);
  if (kind === "tokens") return { kind, tokens: text.split(" ") };
  if (kind === "block") return { kind, text };
  const whole = facts.files[path] ?? "";
  const origins = originsIn(whole);
  return {
    kind,
    lines: linesToMute(path, whole, ({ at }) => {
      const origin = origins[at.line - 1];
      return origin?.by === "us" && origin.name === name;
    }),
  };
}

/** Below the heading, and the line above it that has a shell run a script. */
function ownedIn(text: string): Edit {
  const isScript = text.startsWith("#!");
  const below = text
    .split("\n")
    .slice(isScript ? 2 : 1)
    .join("\n");
  return { kind: "owned", text: below, ...(isScript ? { script: true } : {}) };
}

/** Where the record is lost. */
const kindIn = (text: string): Edit["kind"] => (/^(?:#![^\n]*\n)?# pve-ops-managed: /.test(text) ? "owned" : "block");
