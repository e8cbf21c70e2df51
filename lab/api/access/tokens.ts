import { dropAcl, type Token, type UserConfig } from "../../access/user-config.ts";
import { listItems } from "../../schema/formats.ts";
import { badParameters, died } from "../api-error.ts";
import type { Handler, Params } from "../call.ts";

/** What PVE tells of a token: everything but its secret. */
export const tokenInfo = ({ privsep, expire, comment }: Token): Record<string, unknown> => ({
  privsep: Number(privsep),
  expire,
  ...(comment ? { comment } : {}),
});

/** What is given is told as the text that it came as, until PVE reads its file again. */
const asGiven = (params: Params): Record<string, string> =>
  Object.fromEntries(["privsep", "expire"].flatMap((key) => (params.has(key) ? [[key, params.text(key)]] : [])));

function tokensOf({ users }: UserConfig, userid: string): Map<string, Token> {
  const user = users.get(userid);
  if (!user) throw died(`no such user ('${userid}')`);
  return user.tokens;
}

function tokenOf(access: UserConfig, userid: string, tokenid: string): Token {
  const token = tokensOf(access, userid).get(tokenid);
  if (!token) throw died(`no such token '${tokenid}' for user '${userid}'`);
  return token;
}

const list: Handler = ({ cluster, params }) =>
  [...tokensOf(cluster.access, params.text("userid"))].map(([tokenid, token]) => ({ tokenid, ...tokenInfo(token) }));

const read: Handler = ({ cluster, params }) =>
  tokenInfo(tokenOf(cluster.access, params.text("userid"), params.text("tokenid")));

const create: Handler = ({ cluster, params }) => {
  const [userid, tokenid] = [params.text("userid"), params.text("tokenid")];
  const tokens = tokensOf(cluster.access, userid);
  if (tokens.has(tokenid)) throw badParameters({ tokenid: "Token already exists." });
  const token: Token = {
    privsep: params.flag("privsep") ?? true,
    expire: params.integer("expire") ?? 0,
    comment: params.maybe("comment") || undefined,
  };
  tokens.set(tokenid, token);
  const value = cluster.chance.uuid();
  cluster.tokenSecrets.set(`${userid}!${tokenid}`, value);
  // Of what was not asked for, only privsep is told.
  const { expire: _, ...info } = tokenInfo(token);
  return { info: { ...info, ...asGiven(params) }, value, "full-tokenid": `${userid}!${tokenid}` };
};

const update: Handler = ({ cluster, params }) => {
  const [userid, tokenid] = [params.text("userid"), params.text("tokenid")];
  const token = tokenOf(cluster.access, userid, tokenid);
  const dropped = listItems(params.maybe("delete") ?? "");
  const unknown = dropped.find((key) => key !== "comment");
  if (unknown !== undefined)
    throw died(`updating token info failed: 400 Parameter verification failed.\ndelete: unknown option '${unknown}'`);
  token.privsep = params.flag("privsep") ?? token.privsep;
  token.expire = params.integer("expire") ?? token.expire;
  if (params.has("comment")) token.comment = params.text("comment") || undefined;
  if (dropped.includes("comment")) token.comment = undefined;
  const info = { ...tokenInfo(token), ...asGiven(params) };
  if (!params.flag("regenerate")) return info;
  const value = cluster.chance.uuid();
  cluster.tokenSecrets.set(`${userid}!${tokenid}`, value);
  return { ...info, value, "full-tokenid": `${userid}!${tokenid}` };
};

const remove: Handler = ({ cluster, params }) => {
  const [userid, tokenid] = [params.text("userid"), params.text("tokenid")];
  tokenOf(cluster.access, userid, tokenid);
  tokensOf(cluster.access, userid).delete(tokenid);
  cluster.tokenSecrets.delete(`${userid}!${tokenid}`);
  // An ACL of a token that is gone is passed over when the file is read again.
  dropAcl(cluster.access, ({ id }) => id === `${userid}!${tokenid}`);
  return null;
};

export const tokens: Readonly<Record<string, Handler>> = {
  "GET /access/users/{userid}/token": list,
  "POST /access/users/{userid}/token/{tokenid}": create,
  "GET /access/users/{userid}/token/{tokenid}": read,
  "PUT /access/users/{userid}/token/{tokenid}": update,
  "DELETE /access/users/{userid}/token/{tokenid}": remove,
};
