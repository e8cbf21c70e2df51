import { Address } from "#providers/passthrough/vfio-host-config.args.ts";
import { misuse, read } from "../options.ts";
import { CannotTell } from "../outcome.ts";
import { ofEach, type Reached } from "./reach.ts";

/** Does something at the one host that a command names; what keeps it from being asked is no answer. */
export async function atHost<T>(
  { host, stack, json }: { readonly host: string; readonly stack: string | undefined; readonly json: boolean },
  work: (reached: Reached) => Promise<T>,
): Promise<T> {
  const [answer] = await ofEach({ host: [host], stack }, work);
  if (answer === undefined) throw new CannotTell(`${host} was not asked`);
  if ("why" in answer)
    throw new CannotTell(answer.why, json ? `${JSON.stringify({ host, code: 2, why: answer.why }, null, 2)}\n` : "");
  return answer.told;
}

/** The options of a command for one host and one device of it. */
export function hostAndAddress(args: readonly string[], usage: string) {
  const { values, positionals } = read(args, { stack: { type: "string" }, json: { type: "boolean" } }, usage);
  const [host, text, ...more] = positionals;
  if (host === undefined || text === undefined || more.length > 0)
    throw misuse("one host, and one device of it", usage);
  const address = Address.safeParse(text);
  if (!address.success) throw misuse(`an address is like 0000:01:00.0, or 01:00, not ${text}`, usage);
  return { host, address: address.data, stack: values.stack, json: values.json ?? false };
}
