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
  "GET /cluster/resources": z.array(
    z.looseObject({
      "cgroup-mode": maybe(number),
      content: maybe(text),
      cpu: maybe(number),
      disk: maybe(number),
      diskread: maybe(number),
      diskwrite: maybe(number),
      hastate: maybe(text),
      "host-arch": maybe(text),
      id: text,
      level: maybe(text),
      lock: maybe(text),
      maxcpu: maybe(number),
      maxdisk: maybe(number),
      maxmem: maybe(number),
      mem: maybe(number),
      memhost: maybe(number),
      name: maybe(text),
      netin: maybe(number),
      netout: maybe(number),
      network: maybe(text),
      "network-type": maybe(text),
      node: maybe(text),
      plugintype: maybe(text),
      pool: maybe(text),
      protocol: maybe(text),
      sdn: maybe(text),
      shared: maybe(flag),
      status: maybe(text),
      storage: maybe(text),
      tags: maybe(text),
      template: maybe(flag),
      type: text,
      uptime: maybe(number),
      vmid: maybe(number),
      "zone-type": maybe(text),
    }),
  ),
  "GET /cluster/backup": z.array(
    z.looseObject({
      all: maybe(flag),
      bwlimit: maybe(number),
      comment: maybe(text),
      compress: maybe(text),
      dumpdir: maybe(text),
      enabled: maybe(flag),
      exclude: maybe(text),
      "exclude-path": maybe(z.array(text)),
      fleecing: maybe(z.looseObject({ enabled: maybe(flag), storage: maybe(text) })),
      id: text,
      ionice: maybe(number),
      lockwait: maybe(number),
      mailnotification: maybe(text),
      mailto: maybe(text),
      maxfiles: maybe(number),
      mode: maybe(text),
      "next-run": maybe(number),
      node: maybe(text),
      "notes-template": maybe(text),
      "notification-mode": maybe(text),
      "pbs-change-detection-mode": maybe(text),
      performance: maybe(z.looseObject({ "max-workers": maybe(number), "pbs-entries-max": maybe(number) })),
      pigz: maybe(number),
      pool: maybe(text),
      protected: maybe(flag),
      "prune-backups": maybe(
        z.looseObject({
          "keep-all": maybe(flag),
          "keep-daily": maybe(number),
          "keep-hourly": maybe(number),
          "keep-last": maybe(number),
          "keep-monthly": maybe(number),
          "keep-weekly": maybe(number),
          "keep-yearly": maybe(number),
        }),
      ),
      quiet: maybe(flag),
      remove: maybe(flag),
      "repeat-missed": maybe(flag),
      schedule: maybe(text),
      script: maybe(text),
      stdexcludes: maybe(flag),
      stop: maybe(flag),
      stopwait: maybe(number),
      storage: maybe(text),
      tmpdir: maybe(text),
      vmid: maybe(text),
      zstd: maybe(number),
    }),
  ),
  "POST /cluster/backup": z.null(),
  "PUT /cluster/backup/{id}": z.null(),
  "DELETE /cluster/backup/{id}": z.null(),
  "GET /storage": z.array(z.looseObject({ storage: text })),
  "PUT /storage/{storage}": z.looseObject({
    config: maybe(z.looseObject({ "encryption-key": maybe(text) })),
    storage: text,
    type: text,
  }),
  "GET /nodes/{node}/time": z.looseObject({ localtime: number, time: number, timezone: text }),
  "GET /nodes/{node}/storage": z.array(
    z.looseObject({
      active: maybe(flag),
      avail: maybe(number),
      content: text,
      enabled: maybe(flag),
      formats: maybe(z.looseObject({ default: text, supported: z.array(text) })),
      select_existing: maybe(flag),
      shared: maybe(flag),
      storage: text,
      total: maybe(number),
      type: text,
      used: maybe(number),
      used_fraction: maybe(number),
    }),
  ),
  "GET /nodes/{node}/storage/{storage}/content": z.array(
    z.looseObject({
      "approximate-size": maybe(number),
      ctime: maybe(number),
      encrypted: maybe(text),
      format: text,
      notes: maybe(text),
      parent: maybe(text),
      protected: maybe(flag),
      size: maybe(number),
      used: maybe(number),
      verification: maybe(z.looseObject({ state: text, upid: text })),
      vmid: maybe(number),
      volid: text,
    }),
  ),
  "PUT /nodes/{node}/storage/{storage}/content/{volume}": z.null(),
  "GET /nodes/{node}/storage/{storage}/prunebackups": z.array(
    z.looseObject({ ctime: number, mark: text, type: text, vmid: maybe(number), volid: text }),
  ),
  "POST /nodes/{node}/vzdump": text,
  "GET /nodes/{node}/vzdump/defaults": z.looseObject({ "prune-backups": maybe(text) }),
  "GET /nodes/{node}/tasks": z.array(
    z.looseObject({
      endtime: maybe(number),
      id: text,
      node: text,
      pid: number,
      pstart: number,
      starttime: number,
      status: maybe(text),
      type: text,
      upid: text,
      user: text,
    }),
  ),
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
  "GET /cluster/resources": { readonly type?: string | undefined };
  "GET /cluster/backup": Readonly<Record<string, never>>;
  "POST /cluster/backup": {
    readonly all?: boolean | undefined;
    readonly bwlimit?: number | undefined;
    readonly comment?: string | undefined;
    readonly compress?: string | undefined;
    readonly dow?: string | undefined;
    readonly dumpdir?: string | undefined;
    readonly enabled?: boolean | undefined;
    readonly exclude?: string | undefined;
    readonly "exclude-path"?: readonly string[] | undefined;
    readonly fleecing?: string | undefined;
    readonly id?: string | undefined;
    readonly ionice?: number | undefined;
    readonly lockwait?: number | undefined;
    readonly mailnotification?: string | undefined;
    readonly mailto?: string | undefined;
    readonly maxfiles?: number | undefined;
    readonly mode?: string | undefined;
    readonly node?: string | undefined;
    readonly "notes-template"?: string | undefined;
    readonly "notification-mode"?: string | undefined;
    readonly "notification-policy"?: string | undefined;
    readonly "notification-target"?: string | undefined;
    readonly "pbs-change-detection-mode"?: string | undefined;
    readonly performance?: string | undefined;
    readonly pigz?: number | undefined;
    readonly pool?: string | undefined;
    readonly protected?: boolean | undefined;
    readonly "prune-backups"?: string | undefined;
    readonly quiet?: boolean | undefined;
    readonly remove?: boolean | undefined;
    readonly "repeat-missed"?: boolean | undefined;
    readonly schedule?: string | undefined;
    readonly script?: string | undefined;
    readonly starttime?: string | undefined;
    readonly stdexcludes?: boolean | undefined;
    readonly stop?: boolean | undefined;
    readonly stopwait?: number | undefined;
    readonly storage?: string | undefined;
    readonly tmpdir?: string | undefined;
    readonly vmid?: string | undefined;
    readonly zstd?: number | undefined;
  };
  "PUT /cluster/backup/{id}": {
    readonly all?: boolean | undefined;
    readonly bwlimit?: number | undefined;
    readonly comment?: string | undefined;
    readonly compress?: string | undefined;
    readonly delete?: string | undefined;
    readonly dow?: string | undefined;
    readonly dumpdir?: string | undefined;
    readonly enabled?: boolean | undefined;
    readonly exclude?: string | undefined;
    readonly "exclude-path"?: readonly string[] | undefined;
    readonly fleecing?: string | undefined;
    readonly id: string;
    readonly ionice?: number | undefined;
    readonly lockwait?: number | undefined;
    readonly mailnotification?: string | undefined;
    readonly mailto?: string | undefined;
    readonly maxfiles?: number | undefined;
    readonly mode?: string | undefined;
    readonly node?: string | undefined;
    readonly "notes-template"?: string | undefined;
    readonly "notification-mode"?: string | undefined;
    readonly "notification-policy"?: string | undefined;
    readonly "notification-target"?: string | undefined;
    readonly "pbs-change-detection-mode"?: string | undefined;
    readonly performance?: string | undefined;
    readonly pigz?: number | undefined;
    readonly pool?: string | undefined;
    readonly protected?: boolean | undefined;
    readonly "prune-backups"?: string | undefined;
    readonly quiet?: boolean | undefined;
    readonly remove?: boolean | undefined;
    readonly "repeat-missed"?: boolean | undefined;
    readonly schedule?: string | undefined;
    readonly script?: string | undefined;
    readonly starttime?: string | undefined;
    readonly stdexcludes?: boolean | undefined;
    readonly stop?: boolean | undefined;
    readonly stopwait?: number | undefined;
    readonly storage?: string | undefined;
    readonly tmpdir?: string | undefined;
    readonly vmid?: string | undefined;
    readonly zstd?: number | undefined;
  };
  "DELETE /cluster/backup/{id}": { readonly id: string };
  "GET /storage": { readonly type?: string | undefined };
  "PUT /storage/{storage}": {
    readonly blocksize?: string | undefined;
    readonly bwlimit?: string | undefined;
    readonly comstar_hg?: string | undefined;
    readonly comstar_tg?: string | undefined;
    readonly content?: string | undefined;
    readonly "content-dirs"?: string | undefined;
    readonly "create-base-path"?: boolean | undefined;
    readonly "create-subdirs"?: boolean | undefined;
    readonly "data-pool"?: string | undefined;
    readonly delete?: string | undefined;
    readonly digest?: string | undefined;
    readonly disable?: boolean | undefined;
    readonly domain?: string | undefined;
    readonly "encryption-key"?: string | undefined;
    readonly fingerprint?: string | undefined;
    readonly format?: string | undefined;
    readonly "fs-name"?: string | undefined;
    readonly fuse?: boolean | undefined;
    readonly is_mountpoint?: string | undefined;
    readonly keyring?: string | undefined;
    readonly krbd?: boolean | undefined;
    readonly lio_tpg?: string | undefined;
    readonly "master-pubkey"?: string | undefined;
    readonly "max-protected-backups"?: number | undefined;
    readonly maxfiles?: number | undefined;
    readonly mkdir?: boolean | undefined;
    readonly monhost?: string | undefined;
    readonly mountpoint?: string | undefined;
    readonly namespace?: string | undefined;
    readonly nocow?: boolean | undefined;
    readonly nodes?: string | undefined;
    readonly nowritecache?: boolean | undefined;
    readonly options?: string | undefined;
    readonly password?: string | undefined;
    readonly pool?: string | undefined;
    readonly port?: number | undefined;
    readonly preallocation?: string | undefined;
    readonly "prune-backups"?: string | undefined;
    readonly saferemove?: boolean | undefined;
    readonly "saferemove-stepsize"?: number | undefined;
    readonly saferemove_throughput?: string | undefined;
    readonly server?: string | undefined;
    readonly server2?: string | undefined;
    readonly shared?: boolean | undefined;
    readonly "skip-cert-verification"?: boolean | undefined;
    readonly smbversion?: string | undefined;
    readonly "snapshot-as-volume-chain"?: boolean | undefined;
    readonly sparse?: boolean | undefined;
    readonly storage: string;
    readonly subdir?: string | undefined;
    readonly tagged_only?: boolean | undefined;
    readonly transport?: string | undefined;
    readonly username?: string | undefined;
    readonly "zfs-base-path"?: string | undefined;
  };
  "GET /nodes/{node}/time": { readonly node: string };
  "GET /nodes/{node}/storage": {
    readonly content?: string | undefined;
    readonly enabled?: boolean | undefined;
    readonly format?: boolean | undefined;
    readonly node: string;
    readonly storage?: string | undefined;
    readonly target?: string | undefined;
  };
  "GET /nodes/{node}/storage/{storage}/content": {
    readonly content?: string | undefined;
    readonly node: string;
    readonly storage: string;
    readonly vmid?: number | undefined;
  };
  "PUT /nodes/{node}/storage/{storage}/content/{volume}": {
    readonly node: string;
    readonly notes?: string | undefined;
    readonly protected?: boolean | undefined;
    readonly storage?: string | undefined;
    readonly volume: string;
  };
  "GET /nodes/{node}/storage/{storage}/prunebackups": {
    readonly node: string;
    readonly "prune-backups"?: string | undefined;
    readonly storage: string;
    readonly type?: string | undefined;
    readonly vmid?: number | undefined;
  };
  "POST /nodes/{node}/vzdump": {
    readonly all?: boolean | undefined;
    readonly bwlimit?: number | undefined;
    readonly compress?: string | undefined;
    readonly dumpdir?: string | undefined;
    readonly exclude?: string | undefined;
    readonly "exclude-path"?: readonly string[] | undefined;
    readonly fleecing?: string | undefined;
    readonly ionice?: number | undefined;
    readonly "job-id"?: string | undefined;
    readonly lockwait?: number | undefined;
    readonly mailnotification?: string | undefined;
    readonly mailto?: string | undefined;
    readonly maxfiles?: number | undefined;
    readonly mode?: string | undefined;
    readonly node?: string | undefined;
    readonly "notes-template"?: string | undefined;
    readonly "notification-mode"?: string | undefined;
    readonly "notification-policy"?: string | undefined;
    readonly "notification-target"?: string | undefined;
    readonly "pbs-change-detection-mode"?: string | undefined;
    readonly performance?: string | undefined;
    readonly pigz?: number | undefined;
    readonly pool?: string | undefined;
    readonly protected?: boolean | undefined;
    readonly "prune-backups"?: string | undefined;
    readonly quiet?: boolean | undefined;
    readonly remove?: boolean | undefined;
    readonly script?: string | undefined;
    readonly stdexcludes?: boolean | undefined;
    readonly stdout?: boolean | undefined;
    readonly stop?: boolean | undefined;
    readonly stopwait?: number | undefined;
    readonly storage?: string | undefined;
    readonly tmpdir?: string | undefined;
    readonly vmid?: string | undefined;
    readonly zstd?: number | undefined;
  };
  "GET /nodes/{node}/vzdump/defaults": { readonly node: string; readonly storage?: string | undefined };
  "GET /nodes/{node}/tasks": {
    readonly errors?: boolean | undefined;
    readonly limit?: number | undefined;
    readonly node: string;
    readonly since?: number | undefined;
    readonly source?: string | undefined;
    readonly start?: number | undefined;
    readonly statusfilter?: string | undefined;
    readonly typefilter?: string | undefined;
    readonly until?: number | undefined;
    readonly userfilter?: string | undefined;
    readonly vmid?: number | undefined;
  };
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
