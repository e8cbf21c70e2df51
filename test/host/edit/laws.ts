import { expect } from "chai";
import fc from "fast-check";
import { type ModuleLine, moduleLines } from "#providers/host/edit/modprobe.ts";
import { linesToMute } from "#providers/host/edit/muted.ts";
import { all, type Turn, untouched, walked } from "./walk.ts";

type IsMeant = (line: ModuleLine) => boolean;

const NAMES = ["gpu-pve1", "a (b) [c]* \\d+ $", "für später", "gpu-pve1 2"];
const ODD_NAMES = ['x" mutes: # pve-ops-managed y', "END pve-ops-managed x", 'a\\" mutes: "b', "mutes:"];

const bytes = (units: fc.Arbitrary<string>) => fc.string({ unit: units, maxLength: 12 });
const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const line = fc.oneof(
  fc.stringMatching(/^[ -~\t]{0,12}$/),
  bytes(byte.filter((one) => one !== "\n")),
  fc.constantFrom("", "", "foo \\", "foo \\\\", "\\", "# BEGIN ANSIBLE MANAGED BLOCK", "# END ANSIBLE MANAGED BLOCK"),
  fc.constantFrom("# ghostctl-managed", "# BEGIN pve-ops", "GRUB_X='", 'y="', "cat <<EOF", "it's", "\xef\xbb\xbfx"),
);
const MODULE_LINES = [
  "blacklist a",
  "blacklist b",
  "options a x=1",
  "options a \\",
  "  x=1 \\",
  "# blacklist a \\",
  "# blacklist a \\\\",
  "blacklist a # ghostctl-managed",
  "# ghostctl-managed",
  "# pve-ops-managed is what others have",
  "\\#blacklist a",
  "",
];
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

/** What is made of others' lines of modprobe.d, also of those that go on. */
const moduleText = fc
  .tuple(
    fc.array(fc.oneof(fc.constantFrom(...MODULE_LINES), fc.constantFrom(...MODULE_LINES), line), { maxLength: 8 }),
    fc.constantFrom("\n", "\n", "\r\n"),
    fc.constantFrom("", "\n"),
  )
  .map(([lines, end, last]) => lines.join(end) + (last && end));

const turns = (names: readonly string[], edits: fc.Arbitrary<Turn["edit"]>) =>
  fc.array(fc.record({ name: fc.constantFrom(...names), edit: fc.option(edits, { nil: undefined, freq: 3 }) }), {
    minLength: 1,
    maxLength: 7,
  });

const blocks = ours.map((text) => ({ kind: "block", text }) as const);
const owned = fc
  .tuple(ours, fc.boolean())
  .map(([text, script]) => ({ kind: "owned", text, ...(script ? { script: true as const } : {}) }) as const);
const tokens = fc
  .uniqueArray(word, { minLength: 1, maxLength: 4 })
  .map((tokens) => ({ kind: "tokens", tokens }) as const);

const byName = fc.constantFrom<IsMeant[]>(
  () => true,
  ({ command }) => command === "options",
  ({ name }) => name === "a",
  ({ value }) => value === "",
);
const byOrigin: IsMeant = ({ at }) => at.origin.by === "ghostctl";
const muting =
  (isMeant: IsMeant): Turn["edit"] =>
  ({ path, text = "" }) => {
    const lines = linesToMute(path, text, isMeant);
    return lines.length === 0 ? undefined : { kind: "muted", lines };
  };
const mutes = fc.oneof(byName, fc.constant(byOrigin)).map(muting);

/** That what resources do to a file is gone with them, whoever of them came, changed and went in between. */
export function laws(numRuns: number): void {
  const before = (
    texts: fc.Arbitrary<string | undefined>,
    edits: fc.Arbitrary<Turn["edit"]>,
    share: number,
    names: readonly string[] = NAMES,
  ) =>
    fc.assert(
      fc.property(
        texts,
        turns(names, edits),
        fc.shuffledSubarray([...names], { minLength: names.length }),
        (text, turns, order) => {
          const start = untouched(text);
          expect(walked(start, [...turns, ...all(order)])).to.deep.equal(start);
        },
      ),
      { numRuns: Math.round(numRuns * share) },
    );

  it("is as before once all blocks are gone", () => before(fileText, blocks, 0.5));
  it("is as before once all words are gone", () => before(commandLineFile, tokens, 0.4));
  it("is as before once all is heard again that was muted, among blocks", () =>
    before(moduleText, fc.oneof(mutes, mutes, blocks), 0.5, [...NAMES.slice(1), ...ODD_NAMES]));
  it("has no line in effect that is muted, and each other one where it was", () =>
    fc.assert(
      fc.property(moduleText, byName, fc.constantFrom(...NAMES, ...ODD_NAMES), (others, isMeant, name) => {
        const text = others.replaceAll("pve-ops-managed", "us");
        const { path, text: next = "" } = walked(untouched(text), [{ name, edit: muting(isMeant) }]);
        expect(moduleLines(path, next)).to.deep.equal(moduleLines(path, text).filter((line) => !isMeant(line)));
      }),
      { numRuns: Math.round(numRuns * 0.2) },
    ));
  it("is as before once all that are owned, or have blocks, are gone", () =>
    before(fc.oneof(fc.constant(undefined), fc.constant(""), someText), fc.oneof(owned, blocks), 0.1));
}
