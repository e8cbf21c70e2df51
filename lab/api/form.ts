/** Decodes a form or a query as PVE does: a key that comes again makes a list, bytes are UTF-8. */
export function decodeForm(text: string): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const pair of text.split(/[&;]/)) {
    if (pair === "") continue;
    const [key = "", value] = pair.split("=");
    const name = decoded(key);
    const before = params[name];
    if (value === undefined) params[name] = undefined;
    else if (before === undefined) params[name] = decoded(value);
    else params[name] = [...(Array.isArray(before) ? before : [before]), decoded(value)];
  }
  return params;
}

function decoded(text: string): string {
  const bytes = Buffer.from(text.replaceAll("+", " "), "utf8").toString("latin1");
  const plain = bytes.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, "latin1").toString("utf8");
}
