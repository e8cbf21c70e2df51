export type RealmType = "ad" | "ldap" | "openid" | "pam" | "pve";

/** What a type of realm takes in `domains.cfg`. */
interface Options {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const everywhere = ["comment", "default"];
const directory = [
  ...everywhere,
  ...["bind_dn", "capath", "case-sensitive", "cert", "certkey", "filter", "group_classes", "group_dn", "group_filter"],
  ...["group_name_attr", "mode", "port", "secure", "server2", "sslversion", "sync-defaults-options"],
  ...["sync_attributes", "tfa", "user_classes", "verify"],
];
const openid = [
  ...everywhere,
  ...["acr-values", "audiences", "autocreate", "client-key", "groups-autocreate", "groups-claim", "groups-overwrite"],
  ...["prompt", "query-userinfo", "scopes", "username-claim"],
];

export const OPTIONS: Readonly<Record<RealmType, Options>> = {
  ad: { required: ["domain", "server1"], optional: ["base_dn", "user_attr", ...directory] },
  ldap: { required: ["base_dn", "server1", "user_attr"], optional: directory },
  openid: { required: ["client-id", "issuer-url"], optional: openid },
  pam: { required: [], optional: [...everywhere, "tfa"] },
  pve: { required: [], optional: [...everywhere, "tfa"] },
};

export const isRealmType = (type: string): type is RealmType => Object.hasOwn(OPTIONS, type);

export const takes = (type: RealmType, option: string): boolean =>
  OPTIONS[type].required.includes(option) || OPTIONS[type].optional.includes(option);

/** Options that are written as 1 or 0, and told as numbers. */
export const FLAGS: ReadonlySet<string> = new Set([
  ...["autocreate", "case-sensitive", "default", "groups-autocreate", "groups-overwrite", "query-userinfo"],
  ...["secure", "verify"],
]);

/** Options that the API tells as numbers. */
export const NUMBERS: ReadonlySet<string> = new Set([...FLAGS, "port"]);
