/** Our text as it goes into a file's *binary text*: a string of which each character is one byte of the file. */
export const toBytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** The reverse; what is no UTF-8 stays as its bytes are, so that two different contents never look the same. */
export function fromBytes(bytes: string): string {
  const text = Buffer.from(bytes, "latin1").toString("utf8");
  return toBytes(text) === bytes ? text : bytes;
}
