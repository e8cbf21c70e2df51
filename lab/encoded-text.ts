/** What could not stand in a line or between colons, as `%XX` of its UTF-8 bytes: the way PVE keeps free text. */
export function encoded(text: string | undefined): string {
  if (!text) return "";
  return text.replace(/[^\x20-\x24\x26-\x39\x3b-\x7e]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
}

export const decoded = (text: string): string => {
  const bytes = Buffer.from(text).toString("latin1");
  const plain = bytes.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, "latin1").toString("utf8");
};
