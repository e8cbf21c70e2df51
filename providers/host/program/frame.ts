/** What every program that runs on a host begins with. `PVE_OPS_ROOT` puts all paths under another root. */
export const FRAME = `
set -u
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
umask 022
root=${"$"}{PVE_OPS_ROOT-}
lib=$root/var/lib/pve-ops
`;

const PLAIN = /^[A-Za-z0-9/_.,=@+-]*$/;

/** One line of data: binary text, word by word, as the `decode` of a program reads it. Any bytes but NUL pass. */
export const line = (...words: readonly string[]): string => `${words.map(encoded).join(" ")}\n`;

const encoded = (word: string): string =>
  `:${PLAIN.test(word) ? word : [...word].map((char) => (PLAIN.test(char) ? char : octal(char))).join("")}`;

const octal = (char: string): string => `\\0${char.charCodeAt(0).toString(8).padStart(3, "0")}`;
