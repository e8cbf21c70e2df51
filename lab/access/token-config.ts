const TOKEN_ID = /^[^\s:/]+@[A-Za-z][A-Za-z0-9._-]+![A-Za-z][A-Za-z0-9._-]+$/;

/** Reads `token.cfg`: the secret of each token by its full id. A line that is none is passed over, as PVE does. */
export function parseTokenConfig(text: string): Map<string, string> {
  const secrets = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, id = "", secret = ""] = /^(\S+) (\S+)$/.exec(line) ?? [];
    if (TOKEN_ID.test(id)) secrets.set(id, secret);
  }
  return secrets;
}

/** Writes `token.cfg` as PVE does, sorted by id. */
export const printTokenConfig = (secrets: ReadonlyMap<string, string>): string =>
  [...secrets]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, secret]) => `${id} ${secret}\n`)
    .join("");
