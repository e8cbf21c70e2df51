import { guestOf } from "../../guests/find.ts";
import { digestOf, type Guest, type GuestConfig, type GuestType } from "../../guests/guest.ts";
import { numbered } from "../../schema/check.ts";
import { apiOf, type Release, type Schema } from "../../schema/schema.ts";
import { badParameters, died } from "../api-error.ts";
import type { Call, Handler } from "../call.ts";

/** What the schema says of a key of a guest's file. */
export function keySchema(release: Release, type: GuestType, key: string): Schema | undefined {
  const properties = apiOf(release).paths[`/nodes/{node}/${type}/{vmid}/config`]?.PUT?.parameters.properties ?? {};
  return properties[key] ?? properties[numbered(key)];
}

/** A value as PVE reads it from the file: what is a whole number or a switch becomes a number. */
function told(release: Release, { type }: Guest, key: string, value: string): string | number {
  const kind = keySchema(release, type, key)?.type;
  if (key === "cipassword") return "**********";
  return (kind === "integer" || kind === "boolean") && /^-?\d+$/.test(value) ? Number(value) : value;
}

const entries = ({ node }: Call, guest: Guest, values: ReadonlyMap<string, string>) =>
  Object.fromEntries([...values].map(([key, value]) => [key, told(node.release, guest, key, value)]));

/** As it will be once what waits is true. */
function proposed({ values, pending, dropped }: GuestConfig): Map<string, string> {
  return new Map([...values, ...pending].filter(([key]) => !dropped.has(key)));
}

const read =
  (type: GuestType): Handler =>
  (call) => {
    const guest = guestOf(call, type);
    const { params } = call;
    const name = params.maybe("snapshot");
    const [current, snapshot] = [params.flag("current") ?? false, name && guest.config.snapshots.get(name)];
    if (current && name) {
      const words = "cannot use 'snapshot' parameter with 'current'";
      throw badParameters({ current: words, snapshot: words });
    }
    if (name && !snapshot) throw died(`snapshot '${name}' does not exist`);
    const digest = digestOf(guest.config);
    if (snapshot) return { ...entries(call, guest, snapshot), digest };
    const raw = guest.config.raw.map((line) => line.split(/\s*[:=]\s*/, 2));
    return {
      ...entries(call, guest, current ? guest.config.values : proposed(guest.config)),
      ...(raw.length > 0 ? { lxc: raw } : {}),
      digest,
    };
  };

const waiting =
  (type: GuestType): Handler =>
  (call) => {
    const guest = guestOf(call, type);
    const { values, pending, dropped } = guest.config;
    const keys = new Set([...values.keys(), ...pending.keys(), ...dropped.keys()]);
    const text = (key: string, value: string) => told(call.node.release, guest, key, value);
    return [
      { key: "digest", value: digestOf(guest.config) },
      ...[...keys].toSorted().map((key) => {
        const [value, next, gone] = [values.get(key), pending.get(key), dropped.get(key)];
        return {
          key,
          ...(value === undefined ? {} : { value: text(key, value) }),
          ...(next === undefined ? {} : { pending: text(key, next) }),
          ...(gone ? { delete: gone.force ? 2 : 1 } : {}),
        };
      }),
    ];
  };

/** The keys that a call names under `delete` or `revert`, each known and not set in the same call. */
export function namedKeys({ params, node }: Call, type: GuestType, option: "delete" | "revert"): string[] {
  const keys = (params.maybe(option) ?? "").split(/[,;\s]+/).filter((key) => key !== "");
  for (const key of keys) {
    if (params.has(key))
      throw badParameters({
        [type === "qemu" ? "delete" : option]:
          type === "qemu"
            ? `you can't use '-${key}' and -${option} ${key}' at the same time`
            : `you can't use '-${key}' and ${option === "delete" ? `-delete ${key}'` : `'-revert ${key}'`} at the same time`,
      });
    const known = keySchema(node.release, type, key) ?? (NOT_SET_BY_HAND.test(key) ? {} : undefined);
    if (!known) throw badParameters({ [option]: `unknown option '${key}'` });
  }
  return keys;
}

const NOT_SET_BY_HAND = /^(?:lock|parent|vmstate|snaptime|runningmachine|runningcpu|unused\d+)$/;

export const guestConfigs: Readonly<Record<string, Handler>> = {
  "GET /nodes/{node}/qemu/{vmid}/config": read("qemu"),
  "GET /nodes/{node}/qemu/{vmid}/pending": waiting("qemu"),
  "GET /nodes/{node}/lxc/{vmid}/config": read("lxc"),
  "GET /nodes/{node}/lxc/{vmid}/pending": waiting("lxc"),
};
