import { decoded, encoded } from "../encoded-text.ts";
import { FLAGS, isRealmType, OPTIONS, type RealmType, takes } from "./realm-types.ts";

export interface Realm {
  readonly type: RealmType;
  /** What `domains.cfg` says of it; the comment as it reads. */
  readonly options: ReadonlyMap<string, string>;
  /** What stands apart in `priv/realm/<realm>.pw`: nobody is told. */
  readonly bindPassword?: string | undefined;
}

export type Realms = ReadonlyMap<string, Realm>;

const BUILT_IN = [
  { type: "pam", comment: "Linux PAM standard authentication" },
  { type: "pve", comment: "Proxmox VE authentication server" },
] as const;

const HEADER = /^(\S+):\s*(\S+)\s*$/;
const LINE = /^\s+(\S+)(?:\s+(.*\S))?\s*$/;
const REALM = /^[A-Za-z][A-Za-z0-9._-]+$/;

/** Reads `domains.cfg`. What means nothing is passed over, as PVE does; the two realms of its own are always there. */
export function parseRealms(text: string): Map<string, Realm> {
  const lines = text.split("\n").filter((line) => !/^\s*#/.test(line));
  const sections = lines
    .join("\n")
    .split(/\n{2,}/)
    .flatMap(section);
  return withBuiltIn(oneDefault(new Map(sections)));
}

function section(text: string): [string, Realm][] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => HEADER.test(line));
  const [, kind = "", realm = ""] = HEADER.exec(lines[start] ?? "") ?? [];
  const type = kind.toLowerCase();
  if (!isRealmType(type) || !REALM.test(realm)) return [];
  const options = new Map<string, string>();
  for (const line of lines.slice(start + 1)) {
    const [, key = "", value = FLAGS.has(key) ? "1" : undefined] = LINE.exec(line) ?? [];
    if (value === undefined || !takes(type, key) || options.has(key)) continue;
    options.set(key, key === "comment" ? decoded(value) : value);
  }
  return OPTIONS[type].required.every((key) => options.has(key)) ? [[realm, { type, options }]] : [];
}

/** Of several realms that would be the default one the first is. */
function oneDefault(realms: Realms): Realms {
  const [first] = [...realms].find(([, { options }]) => isOn(options.get("default"))) ?? [];
  return first === undefined ? realms : withDefault(realms, first);
}

/** Takes the mark from every other realm. */
export const withDefault = (realms: Realms, only: string): Map<string, Realm> =>
  new Map(
    [...realms].map(([name, realm]) => {
      if (name === only || !isOn(realm.options.get("default"))) return [name, realm];
      return [name, { ...realm, options: new Map([...realm.options].filter(([key]) => key !== "default")) }];
    }),
  );

/** The realms with PVE's own two, which it adds whenever it reads its file. */
export function withBuiltIn(realms: Realms): Map<string, Realm> {
  const all = new Map(realms);
  for (const { type, comment } of BUILT_IN) {
    const options = all.get(type)?.options ?? new Map();
    all.set(type, { type, options: new Map([...options, ["comment", options.get("comment") ?? comment]]) });
  }
  return all;
}

export const isOn = (value: string | undefined): boolean => value === "1";

/** Writes `domains.cfg` as PVE does: the comment first, then what a type needs, then the rest, each sorted. */
export const printRealms = (realms: Realms): string =>
  [...realms].map(([realm, { type, options }]) => `${type}: ${realm}\n${lines(type, options)}\n`).join("");

function lines(type: RealmType, options: ReadonlyMap<string, string>): string {
  const { required, optional } = OPTIONS[type];
  return ["comment", ...required.toSorted(), ...optional.filter((key) => key !== "comment").toSorted()]
    .map((key) => [key, options.get(key) ?? ""] as const)
    .filter(([, value]) => value !== "")
    .map(([key, value]) => `\t${key} ${key === "comment" ? encoded(value) : value}\n`)
    .join("");
}

/** A value as it is read back once it was written; none where there would be no line. */
export function asRead(key: string, value: string): string[] {
  const text = key === "comment" ? value.replace(/^ +| +$/g, "") : value.trim();
  return text === "" ? [] : [text];
}

/** The kind of second factor that a realm asks for. */
export const tfaType = ({ options }: Realm): string | undefined =>
  /(?:^|,)type=([^,]+)/.exec(options.get("tfa") ?? "")?.[1];
