import { expect } from "chai";
import fc from "fast-check";
import { all, type Turn, untouched, walked } from "./walk.ts";

const NAMES = ["gpu-pve1", "a (b) [c]* \\d+ $", "für später", "gpu-pve1 2"];

const bytes = (units: fc.Arbitrary<string>) => fc.string({ unit: units, maxLength: 12 });
const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const line = fc.oneof(
  fc.stringMatching(/^[ -~\t]{0,12}$/),
  bytes(byte.filter((one) => one !== "\n")),
  fc.constantFrom("", "", "foo \\", "foo \\\\", "\\", "# BEGIN ANSIBLE MANAGED BLOCK", "# END ANSIBLE MANAGED BLOCK"),
  fc.constantFrom("# ghostctl-managed", "# BEGIN pve-ops", "GRUB_X='", 'y="', "cat <<EOF", "it's", "\xef\xbb\xbfx"),
);
const ending = fc.constantFrom("\n", "\r\n");
const someText = fc
  .tuple(
    fc.array(line, { maxLength: 6 }),
    fc.oneof(
      ending.map((one) => () => one),
      fc.infiniteStream(ending).map((stream) => () => stream.next().value ?? "\n"),
    ),
    fc.boolean(),
  )
  .map(([lines, next, isOpen]) =>
    lines.map((one, n) => one + (isOpen && n === lines.length - 1 ? "" : next())).join(""),
  );
const fileText = fc.option(someText, { nil: undefined, freq: 12 });

const ours = fc
  .array(
    fc.oneof(fc.stringMatching(/^[ -~\t]{0,12}$/), fc.constantFrom("", "blacklist nouveau", "für später", "日本")),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((lines) => lines.join("\n"))
  .filter((text) => !text.endsWith("\\"));

const WORDS = ["quiet", "iommu=pt", "intel_iommu=on", "intel_iommu=off", "iommu=soft", "console=tty0", "console=tty1"];
const MORE = [
  "pci=noaer",
  "pci=noaer,nommconf",
  'dyndbg="file x +p"',
  '"dyndbg=file x +p"',
  "vfio-pci.ids=1:2",
  "iommu",
];
const word = fc.oneof(fc.constantFrom(...WORDS, ...MORE), fc.stringMatching(/^[a-z]{1,3}(=[a-z0-9,:]{0,3})?$/));
const blank = fc.oneof(
  { weight: 4, arbitrary: fc.constant(" ") },
  { weight: 1, arbitrary: fc.constantFrom("  ", "\t", " \t ", "\xa0") },
);
const around = fc.option(blank, { nil: "" });
const commandLine = fc
  .tuple(around, fc.array(fc.tuple(word, blank)), blank, fc.array(fc.tuple(blank, word)), around)
  .map(
    ([before, first, then, last, after]) =>
      `${before}${first.flat().join("")}root=ZFS=x${last.flat().join("")}${then.length > 3 ? then : ""}${after}`,
  );
const commandLineFile = fc
  .tuple(commandLine, fc.constantFrom("", "\n", "\r\n", "\n\n", "\n# not read\nroot=b iommu=pt\n", "\r\nx\r\n"))
  .map(([first, rest]) => first + rest);

const turns = (edits: fc.Arbitrary<Turn["edit"]>) =>
  fc.array(fc.record({ name: fc.constantFrom(...NAMES), edit: fc.option(edits, { nil: undefined, freq: 3 }) }), {
    minLength: 1,
    maxLength: 7,
  });
const order = fc.shuffledSubarray(NAMES, { minLength: NAMES.length });

const blocks = ours.map((text) => ({ kind: "block", text }) as const);
const owned = fc
  .tuple(ours, fc.boolean())
  .map(([text, script]) => ({ kind: "owned", text, ...(script ? { script: true as const } : {}) }) as const);
const tokens = fc
  .uniqueArray(word, { minLength: 1, maxLength: 4 })
  .map((tokens) => ({ kind: "tokens", tokens }) as const);

/** That what resources do to a file is gone with them, whoever of them came, changed and went in between. */
export function laws(numRuns: number): void {
  const before = (texts: fc.Arbitrary<string | undefined>, edits: fc.Arbitrary<Turn["edit"]>, share: number) =>
    fc.assert(
      fc.property(texts, turns(edits), order, (text, turns, order) => {
        const start = untouched(text);
        expect(walked(start, [...turns, ...all(order)])).to.deep.equal(start);
      }),
      { numRuns: Math.round(numRuns * share) },
    );

  it("is as before once all blocks are gone", () => before(fileText, blocks, 0.5));
  it("is as before once all words are gone", () => before(commandLineFile, tokens, 0.4));
  it("is as before once all that are owned, or have blocks, are gone", () =>
    before(fc.oneof(fc.constant(undefined), fc.constant(""), someText), fc.oneof(owned, blocks), 0.1));
}
