import { spawnSync } from "node:child_process";
import { expect } from "chai";
import fc from "fast-check";
import { grubWords } from "#providers/host/edit/grub.ts";
import { commandsIn } from "#providers/host/edit/shell-commands.ts";

const NAMES = ["A", "GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT"];
const BITS = [
  "a",
  "b c",
  "=",
  "'x'",
  '"y z"',
  "\\\n",
  '\\"',
  "\\\\",
  "$A",
  "'q\"q'",
  '"$A b"',
  "#",
  "\n",
  "\\ ",
  "$(echo hi)",
];
const MORE = ["`echo yo`", '"it\'s"', ";", "\\'", " ", "$GRUB_CMDLINE_LINUX"];
const LINES = [
  "# it's",
  "if false; then",
  "fi",
  "else",
  "true",
  "case x in x)",
  ";; esac",
  "{",
  "}",
  "(",
  ")",
  "cat <<E",
  "E",
];
const OTHERS = ["true && A=2", "false || GRUB_CMDLINE_LINUX=or", "A=1 B=2", "for i in 1 2; do", "done", "return"];

const value = fc.array(fc.constantFrom(...BITS, ...MORE), { maxLength: 6 }).map((bits) => bits.join(""));
const statement = fc.oneof(
  fc
    .tuple(fc.constantFrom("", "export "), fc.constantFrom(...NAMES), value)
    .map(([verb, name, text]) => `${verb}${name}="${text}"`),
  fc.tuple(fc.constantFrom(...NAMES), value).map(([name, text]) => `${name}=${text}`),
  fc.constantFrom(...LINES, ...OTHERS),
);
const program = fc
  .array(fc.tuple(statement, fc.constantFrom("\n", "\n", "; ", " ")), { maxLength: 7 })
  .map((parts) => parts.flat().join(""));

/** What a shell has at the end of a text; none where it stops at an error in it. */
function shell(text: string): { words: string; seen: string } | undefined {
  const script =
    'A=; . /dev/stdin >/dev/null 2>&1; printf "%s %s\\n%s" "$GRUB_CMDLINE_LINUX" "$GRUB_CMDLINE_LINUX_DEFAULT" "$SEEN" >&3';
  const { status, output } = spawnSync("sh", ["-c", script], {
    input: text,
    stdio: ["pipe", "ignore", "ignore", "pipe"],
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "" },
  });
  const told = output[3] ?? "";
  const end = told.lastIndexOf("\n");
  return status === 2 ? undefined : { words: told.slice(0, end), seen: told.slice(end + 1) };
}

const spaced = (words: string) =>
  words
    .split(/[ \n\t]+/)
    .filter((word) => word !== "")
    .join(" ");

describe("a shell file, beside a real shell", () => {
  it("is read as the shell reads it, or doubted", () =>
    fc.assert(
      fc.property(program, (text) => {
        const { words, unsure } = grubWords([{ path: "x", text }]);
        const real = unsure.length > 0 ? undefined : shell(text);
        if (real) expect(spaced(words.map(({ word }) => word).join(" "))).to.equal(spaced(real.words));
      }),
      { numRuns: 5000 },
    ));

  it("takes in nothing that is put below it, unless it is refused", () =>
    fc.assert(
      fc.property(program, (text) => {
        if (commandsIn(text).open || /\breturn\b/.test(text) || !shell(text)) return;
        const end = text === "" || text.endsWith("\n") ? "" : "\n";
        expect(shell(`${text}${end}# BEGIN pve-ops-managed x\nSEEN=1\n`)?.seen).to.equal("1");
      }),
      { numRuns: 5000 },
    ));
});
