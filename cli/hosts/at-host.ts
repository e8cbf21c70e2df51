import { misuse, read } from "../options.ts";
import { CannotTell } from "../outcome.ts";
import { ofEach, type Reached } from "./reach.ts";

const ADDRESS = /^(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}(?:\.[0-7])?$/i;

/** Does something at the one host that a command names; what keeps it from being asked is no answer. */
export async function atHost<T>(
  { host, stack }: { readonly host: string; readonly stack: string | undefined },
  work: (reached: Reached) => Promise<T>,
): Promise<T> {
  const [answer] = await ofEach({ host: [host], stack }, work);
  if (answer === undefined) throw new CannotTell(`${host} was not asked`);
  if ("why" in answer) throw new CannotTell(answer.why);
  return answer.told;
}

/** The options of a command for one host and one device of it. */
export function hostAndAddress(args: readonly string[], usage: string) {
  const { values, positionals } = read(args, { stack: { type: "string" }, json: { type: "boolean" } }, usage);
  const [host, text, ...more] = positionals;
  if (host === undefined || text === undefined || more.length > 0)
    throw misuse("one host, and one device of it", usage);
  if (!ADDRESS.test(text)) throw misuse(`an address is like 0000:01:00.0, or 01:00, not ${text}`, usage);
  const address = (/^[0-9a-f]{4}:/i.test(text) && text.length > "01:00.0".length ? text : `0000:${text}`).toLowerCase();
  return { host, address, stack: values.stack, json: values.json ?? false };
}
