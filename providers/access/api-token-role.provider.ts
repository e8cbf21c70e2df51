import { z } from "zod";
import type { Kept, Kind } from "../core/kind.ts";
import { lifecycle } from "../core/lifecycle.ts";
import type { Run } from "../core/session.ts";
import { Trouble } from "../core/trouble.ts";
import type { PveApi } from "../pve/api.ts";
import { Refusal } from "../pve/refusal.ts";
import { apiOf } from "../pve/run-api.ts";
import { type Facts, readFacts } from "./access-facts.ts";
import type { NewValue, Proof, Step } from "./access-step.ts";
import { steps } from "./access-steps.ts";
import { Args } from "./api-token-role.args.ts";
import { desired } from "./desired-access.ts";
import { compared, moreThanDeclared, mustBeEnough } from "./effective-rights.ts";

async function apply(todo: readonly Step[], run: Run, keep: (kept: Kept) => void): Promise<void> {
  const api = await apiOf(run);
  let secret: string | undefined;
  for (const step of todo) {
    run.say(step.say);
    if (step.endpoint === "prove") await prove(api, run, step, secret ?? step.secret);
    else if (step.endpoint === "make" || step.endpoint === "renew") {
      // Where a value is made in two calls, the first takes the note away. What the state holds is of the one before.
      const { record } = step.keep;
      if (step.endpoint === "renew") keep({ record: { ...record, generation: record.generation - 1 } });
      const value = await newValue(api, step);
      secret = value;
      keep({ ...step.keep, secret, tokenId: `${step.takes.userid}!${step.takes.tokenid}` });
    } else {
      await api.call(step.endpoint, step.takes);
      if (step.keep) keep(step.keep);
    }
  }
}

/** A token's value, made with the token or in its place. */
async function newValue(api: PveApi, { endpoint, takes }: NewValue): Promise<string> {
  if (endpoint === "renew") {
    const { release } = await api.read("GET /version", {});
    if (regenerates(release)) {
      const call = "PUT /access/users/{userid}/token/{tokenid}";
      return z.string().parse((await api.call(call, { ...takes, regenerate: true })).value);
    }
    const { userid, tokenid } = takes;
    await api.call("DELETE /access/users/{userid}/token/{tokenid}", { userid, tokenid });
  }
  return (await api.call("POST /access/users/{userid}/token/{tokenid}", takes)).value;
}

/** 9.2 is the first release whose tokens get another value and stay what they are. */
function regenerates(release: string): boolean {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  return major > 9 || (major === 9 && minor >= 2);
}

/** Asks PVE as the token itself what it may do: nothing else says what all entries come to in the end. */
async function prove(
  api: PveApi,
  run: Run,
  { id, args, privileges }: Proof,
  secret: string | undefined,
): Promise<void> {
  const { expire } = args.token;
  if (secret === undefined || (expire > 0 && expire * 1000 <= Date.now())) return;
  const asToken = api.asToken(id, secret);
  const asked = args.acl.map(({ path }) => asToken.call("GET /access/permissions", { path }));
  const told = await Promise.all(asked).catch((thrown: unknown) => {
    throw thrown instanceof Refusal && thrown.status === 401 ? cannotLogIn(id, thrown) : thrown;
  });
  const rights = compared(args, privileges, Object.assign({}, ...told));
  mustBeEnough(id, rights);
  await Promise.all(moreThanDeclared(id, rights).map(run.tell));
}

const cannotLogIn = (id: string, cause: Refusal) =>
  new Trouble(
    {
      doing: `logging in as ${id}, to see what it may do`,
      came: cause.words,
      next: "Look whether its user is enabled and neither of the two has expired; if somebody made its value anew, another value of a keeper makes one that the state knows",
    },
    cause,
  );

export const kind: Kind<Args, Facts, Step> = {
  type: "ApiTokenRole",
  args: Args,
  identity: ["user.id", "token.name"],
  renders: ["objects"],
  keeps: { secret: "secret", tokenId: "plain", record: "plain" },
  // PVE has one lock for all of this, and token roles share users and roles.
  target: () => "/access",
  facts: readFacts,
  desired,
  steps,
  apply,
};

export const provider = lifecycle(kind);
