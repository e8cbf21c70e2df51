import { z } from "zod";
import type { Kept, Kind } from "../core/kind.ts";
import { lifecycle } from "../core/lifecycle.ts";
import type { Run } from "../core/session.ts";
import { apiAs, apiOf } from "../pve/run-api.ts";
import { type Facts, readFacts } from "./access-facts.ts";
import { type Proof, type Step, steps } from "./access-steps.ts";
import { Args } from "./api-token-role.args.ts";
import { desired } from "./desired-access.ts";
import { compared, moreThanDeclared, mustBeEnough } from "./effective-rights.ts";

async function apply(todo: readonly Step[], run: Run, keep: (kept: Kept) => void): Promise<void> {
  const api = apiOf(run);
  let secret: string | undefined;
  for (const step of todo) {
    run.say(step.say);
    if (step.endpoint === "prove") await prove(run, step, secret ?? step.secret);
    else if (step.endpoint === "POST /access/users/{userid}/token/{tokenid}") {
      const made = await api.call(step.endpoint, step.takes);
      secret = made.value;
      keep({ secret, tokenId: made["full-tokenid"], keepers: step.keepers });
    } else await api.call(step.endpoint, step.takes);
  }
}

/** Asks PVE as the token itself what it may do: nothing else says what all entries come to in the end. */
async function prove(run: Run, { id, args, privileges }: Proof, secret: string | undefined): Promise<void> {
  if (secret === undefined) return;
  const asToken = apiAs(run, id, z.string().parse(secret));
  try {
    const paths = await Promise.all(args.acl.map(({ path }) => asToken.call("GET /access/permissions", { path })));
    const rights = compared(args, privileges, Object.assign({}, ...paths));
    mustBeEnough(id, rights);
    await Promise.all(moreThanDeclared(id, rights).map(run.tell));
  } finally {
    await asToken.close();
  }
}

export const kind: Kind<Args, Facts, Step> = {
  type: "ApiTokenRole",
  args: Args,
  identity: ["user.id", "token.name"],
  renders: ["objects"],
  keeps: { secret: "secret", tokenId: "plain", keepers: "plain" },
  target: ({ user }) => user.id,
  facts: readFacts,
  desired,
  steps,
  apply,
};

export const provider = lifecycle(kind);
