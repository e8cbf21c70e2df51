/**
 * The one command line that is ever sent to a host, the same for all that is done there: the length of a program in
 * bytes on the first line of its input, then the program, then the program's data. So nothing that is written or
 * asked stands among the processes' arguments, and nothing is spliced into a shell's text.
 */
export const LOADER = `sh -c 'IFS= read -r n && p=$(head -c "$n") && eval "$p"'`;

/** What a host reads after `LOADER`: a POSIX program and its data. */
export function loaded(program: string, data: Uint8Array | string = ""): Buffer {
  const text = Buffer.from(program);
  return Buffer.concat([Buffer.from(`${text.length}\n`), text, Buffer.from(data)]);
}
