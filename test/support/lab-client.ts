import { expect } from "chai";
import { type Identity, newAuthority, newLeaf } from "../../lab/api/certificates.ts";
import { router } from "../../lab/api/route.ts";
import { apiServer } from "../../lab/api/server.ts";
import { Clock } from "../../lab/clock.ts";
import type { Cluster } from "../../lab/cluster.ts";
import { readCluster } from "../../lab/cluster-file.ts";
import type { ClusterNode } from "../../lab/node.ts";
import { check } from "../../lab/schema/check.ts";
import { apiOf, type Release, type Schema } from "../../lab/schema/schema.ts";
import { shipped } from "../../lab/shipped.ts";
import { type Answered, https } from "./https.ts";

export interface Answer extends Answered {
  readonly body: { data?: unknown; message?: string; errors?: Record<string, string> };
}

type Headers = Readonly<Record<string, string>>;

/** A client of the API of a cluster's first node. */
export interface LabClient {
  /** Calls as `GET /version` is written. */
  ask(call: string, params?: object, headers?: Headers): Promise<Answer>;
  /** What stands under `data` of an answer that has to be 200, and of the shape that the schema tells. */
  told(call: string, params?: object, headers?: Headers): Promise<unknown>;
  /** The headers of a user who logs in with a password. */
  as(username: string, password: string): Promise<Headers>;
  close(): void;
}

/** The token of root that `asRoot` shows. */
const TOKEN = { id: "root@pam!all", secret: "token-secret" };
export const asRoot: Headers = { Authorization: `PVEAPIToken=${TOKEN.id}=${TOKEN.secret}` };
export const nobody: Headers = {};
export const ROOT_PASSWORD = "secret-secret";

let identities: Promise<{ authority: Identity; leaf: Identity }> | undefined;

async function newIdentities() {
  const authority = await newAuthority();
  return { authority, leaf: await newLeaf(authority, "pve1", []) };
}

/** Serves the API of a cluster's first node, with a password and a token for root. */
export async function labClient(cluster: Cluster): Promise<LabClient> {
  identities ??= newIdentities();
  const { authority, leaf } = await identities;
  const [node] = cluster.nodes;
  if (!node) throw new Error("a cluster has a node");
  cluster.passwords.set("root@pam", ROOT_PASSWORD);
  cluster.access.users.get("root@pam")?.tokens.set("all", { expire: 0, privsep: false });
  cluster.tokenSecrets.set(TOKEN.id, TOKEN.secret);
  const server = apiServer(cluster, node, leaf);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const api = `https://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const ask: LabClient["ask"] = async (call, params = {}, headers = asRoot) => {
    const answered = await https(api, call, params, { headers, ca: authority.certificate });
    return { ...answered, body: answered.text ? JSON.parse(answered.text) : {} };
  };
  const told: LabClient["told"] = async (call, params, headers) => {
    const { status, reason, body } = await ask(call, params, headers);
    expect(status, `${call}: ${reason}`).to.equal(200);
    mustFit(node, call, body.data);
    return body.data;
  };
  const as: LabClient["as"] = async (username, password) => {
    const { status, body } = await ask("POST /access/ticket", { username, password }, nobody);
    expect(status, `login of ${username}`).to.equal(200);
    return asHolderOf(body.data);
  };
  return { ask, told, as, close: () => server.close() };
}

/** The headers of whoever holds what a login answered. */
export function asHolderOf(login: unknown): Headers {
  const { ticket, CSRFPreventionToken } = Object(login);
  return { Cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`, CSRFPreventionToken };
}

function mustFit({ release }: ClusterNode, call: string, data: unknown): void {
  const [verb = "", path = ""] = call.split(" ");
  const returns = router(apiOf(release).paths)(verb, path)?.method.returns;
  expect(forbidden(data, returns), `${call} against the schema`).to.deep.equal([]);
}

/** What an answer says against its schema. */
export const forbidden = (data: unknown, returns: Schema | undefined): [string, string][] =>
  // Of some property strings and lists PVE tells what they stand for, whatever its schema says.
  (returns ? check(data, returns).entries() : []).filter(
    ([, words]) => !/^type check \('string'\) failed - got (?:HASH|ARRAY)$/.test(words),
  );

/** A client of the homelab whose clock stands still at 2027-01-15 08:00:00 UTC. */
export async function stillHomelab(release: Release = "9.2"): Promise<{ cluster: Cluster; client: LabClient }> {
  const clock = new Clock(1_800_000_000_000);
  clock.stop();
  const cluster = readCluster(shipped("homelab"), { release, clock, seed: 1 });
  return { cluster, client: await labClient(cluster) };
}
