// Made by npm run generate from the API's schema of 8.4 and 9.2: change setup/generate/endpoints.ts.
import { z } from "zod";
import { flag, maybe, number, text } from "./wire.ts";

const schemas = {
  "GET /version": z.looseObject({ console: maybe(text), release: text, repoid: text, version: text }),
  "POST /access/ticket": z.looseObject({
    CSRFPreventionToken: maybe(text),
    clustername: maybe(text),
    ticket: maybe(text),
    username: text,
  }),
  "GET /access/roles": z.array(z.looseObject({ privs: maybe(text), roleid: text, special: maybe(flag) })),
  "POST /access/roles": z.null(),
  "PUT /access/roles/{roleid}": z.null(),
  "DELETE /access/roles/{roleid}": z.null(),
  "GET /access/users": z.array(
    z.looseObject({
      comment: maybe(text),
      email: maybe(text),
      enable: maybe(flag),
      expire: maybe(number),
      firstname: maybe(text),
      groups: maybe(text),
      keys: maybe(text),
      lastname: maybe(text),
      "realm-type": maybe(text),
      "tfa-locked-until": maybe(number),
      tokens: maybe(
        z.array(z.looseObject({ comment: maybe(text), expire: maybe(number), privsep: maybe(flag), tokenid: text })),
      ),
      "totp-locked": maybe(flag),
      userid: text,
    }),
  ),
  "POST /access/users": z.null(),
  "PUT /access/users/{userid}": z.null(),
  "DELETE /access/users/{userid}": z.null(),
  "POST /access/users/{userid}/token/{tokenid}": z.looseObject({
    "full-tokenid": text,
    info: z.looseObject({ comment: maybe(text), expire: maybe(number), privsep: maybe(flag) }),
    value: text,
  }),
  "PUT /access/users/{userid}/token/{tokenid}": z.looseObject({
    comment: maybe(text),
    expire: maybe(number),
    "full-tokenid": maybe(text),
    privsep: maybe(flag),
    value: maybe(text),
  }),
  "DELETE /access/users/{userid}/token/{tokenid}": z.null(),
  "GET /access/groups": z.array(z.looseObject({ comment: maybe(text), groupid: text, users: maybe(text) })),
  "GET /access/domains": z.array(z.looseObject({ comment: maybe(text), realm: text, tfa: maybe(text), type: text })),
  "GET /access/acl": z.array(
    z.looseObject({ path: text, propagate: maybe(flag), roleid: text, type: text, ugid: text }),
  ),
  "PUT /access/acl": z.null(),
  "GET /access/permissions": z.record(z.string(), z.unknown()),
  "GET /nodes/{node}/tasks/{upid}/status": z.looseObject({
    exitstatus: maybe(text),
    id: text,
    node: text,
    pid: number,
    pstart: number,
    starttime: number,
    status: text,
    type: text,
    upid: text,
    user: text,
  }),
  "GET /nodes/{node}/tasks/{upid}/log": z.array(z.looseObject({ n: number, t: text })),
};

/** What each endpoint takes, in its path and beside it. */
export interface Takes {
  "GET /version": Readonly<Record<string, never>>;
  "POST /access/ticket": {
    readonly "new-format"?: boolean | undefined;
    readonly otp?: string | undefined;
    readonly password: string;
    readonly path?: string | undefined;
    readonly privs?: string | undefined;
    readonly realm?: string | undefined;
    readonly "tfa-challenge"?: string | undefined;
    readonly username: string;
  };
  "GET /access/roles": Readonly<Record<string, never>>;
  "POST /access/roles": { readonly privs?: string | undefined; readonly roleid: string };
  "PUT /access/roles/{roleid}": {
    readonly append?: boolean | undefined;
    readonly privs?: string | undefined;
    readonly roleid: string;
  };
  "DELETE /access/roles/{roleid}": { readonly roleid: string };
  "GET /access/users": { readonly enabled?: boolean | undefined; readonly full?: boolean | undefined };
  "POST /access/users": {
    readonly comment?: string | undefined;
    readonly email?: string | undefined;
    readonly enable?: boolean | undefined;
    readonly expire?: number | undefined;
    readonly firstname?: string | undefined;
    readonly groups?: string | undefined;
    readonly keys?: string | undefined;
    readonly lastname?: string | undefined;
    readonly password?: string | undefined;
    readonly userid: string;
  };
  "PUT /access/users/{userid}": {
    readonly append?: boolean | undefined;
    readonly comment?: string | undefined;
    readonly email?: string | undefined;
    readonly enable?: boolean | undefined;
    readonly expire?: number | undefined;
    readonly firstname?: string | undefined;
    readonly groups?: string | undefined;
    readonly keys?: string | undefined;
    readonly lastname?: string | undefined;
    readonly userid: string;
  };
  "DELETE /access/users/{userid}": { readonly userid: string };
  "POST /access/users/{userid}/token/{tokenid}": {
    readonly comment?: string | undefined;
    readonly expire?: number | undefined;
    readonly privsep?: boolean | undefined;
    readonly tokenid: string;
    readonly userid: string;
  };
  "PUT /access/users/{userid}/token/{tokenid}": {
    readonly comment?: string | undefined;
    readonly delete?: string | undefined;
    readonly expire?: number | undefined;
    readonly privsep?: boolean | undefined;
    readonly regenerate?: boolean | undefined;
    readonly tokenid: string;
    readonly userid: string;
  };
  "DELETE /access/users/{userid}/token/{tokenid}": { readonly tokenid: string; readonly userid: string };
  "GET /access/groups": Readonly<Record<string, never>>;
  "GET /access/domains": Readonly<Record<string, never>>;
  "GET /access/acl": Readonly<Record<string, never>>;
  "PUT /access/acl": {
    readonly delete?: boolean | undefined;
    readonly groups?: string | undefined;
    readonly path: string;
    readonly propagate?: boolean | undefined;
    readonly roles: string;
    readonly tokens?: string | undefined;
    readonly users?: string | undefined;
  };
  "GET /access/permissions": { readonly path?: string | undefined; readonly userid?: string | undefined };
  "GET /nodes/{node}/tasks/{upid}/status": { readonly node: string; readonly upid: string };
  "GET /nodes/{node}/tasks/{upid}/log": {
    readonly download?: boolean | undefined;
    readonly limit?: number | undefined;
    readonly node: string;
    readonly start?: number | undefined;
    readonly upid: string;
  };
}

export type Endpoint = keyof Takes & keyof typeof schemas;
export type Returns<E extends Endpoint> = z.output<(typeof schemas)[E]>;

/** What each endpoint answers under `data`. What only one release knows may be missing. */
export const returns: { readonly [E in Endpoint]: z.ZodType<Returns<E>> } = schemas;
