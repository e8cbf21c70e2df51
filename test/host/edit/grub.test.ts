import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { grubWords } from "#providers/host/edit/grub.ts";

const main = "/etc/default/grub";
const dropIn = "/etc/default/grub.d/zz-pve-ops-gpu.cfg";
const shape = (name: string) => readFileSync(join(import.meta.dirname, "shapes/etc-default-grub", name), "latin1");

const read = (...texts: string[]) => {
  const { words, unsure } = grubWords(texts.map((text, n) => ({ path: n === 0 ? main : dropIn, text })));
  return { words: words.map(({ word }) => word).join(" "), unsure: unsure.map(({ line }) => line) };
};

describe("what GRUB's files say of the kernel's command line", () => {
  for (const { name, words, unsure = [] } of [
    { name: "debian-12", words: "quiet" },
    { name: "pve-zfs", words: "root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet" },
    { name: "the-old-line-commented-out", words: "quiet intel_iommu=on" },
    { name: "twice", words: "quiet splash" },
    { name: "single-quotes", words: 'dyndbg="file drivers/usb/* +p" quiet iommu=pt' },
    { name: "continued", words: "quiet intel_iommu=on iommu=pt" },
    { name: "over-several-lines", words: "quiet intel_iommu=on iommu=pt" },
    { name: "appended", words: "quiet intel_iommu=on iommu=pt" },
    { name: "export-and-no-quotes", words: "console=ttyS0,115200n8 quiet" },
    { name: "ansible", words: "intel_iommu=on iommu=pt" },
    { name: "if-and-case", words: "quiet", unsure: [3, 5] },
    { name: "a-command-in-it", words: "resume= quiet", unsure: [2, 1] },
    { name: "a-here-document", words: "", unsure: [2] },
    { name: "ends-with-a-backslash", words: "console=tty0", unsure: [2] },
    { name: "an-apostrophe-in-a-comment", words: "" },
  ])
    it(`is read from the shape ${name}`, () => {
      expect(read(shape(name))).to.deep.equal({ words, unsure });
      expect(read(shape(name).replace(/\n$/, ""))).to.deep.equal({ words, unsure }, "without its last newline");
    });

  for (const { what, text, words, unsure = [] } of [
    { what: "a conditional assignment", text: 'X=1\n[ -e /x ] && GRUB_CMDLINE_LINUX="a"\n', words: "", unsure: [2] },
    { what: "an assignment in a subshell", text: "(GRUB_CMDLINE_LINUX=a)\n", words: "", unsure: [1] },
    { what: "one for a single command", text: "GRUB_CMDLINE_LINUX=a true\n", words: "" },
    {
      what: "+=, which dash does not know",
      text: 'GRUB_CMDLINE_LINUX="a"\nGRUB_CMDLINE_LINUX+=" b"\n',
      words: "a",
      unsure: [2],
    },
    { what: "another file read in", text: "GRUB_CMDLINE_LINUX=a\n. /etc/local\n", words: "a", unsure: [2] },
    { what: "a variable of somebody's", text: 'GRUB_CMDLINE_LINUX="a $EXTRA"\n', words: "a", unsure: [1] },
    { what: "a variable set before", text: 'EXTRA="b c"\nGRUB_CMDLINE_LINUX="a $EXTRA"\n', words: "a b c" },
    { what: "what was unsure and is set again", text: 'GRUB_CMDLINE_LINUX="$(x)"\nGRUB_CMDLINE_LINUX=a\n', words: "a" },
    { what: "quotes within quotes", text: 'GRUB_CMDLINE_LINUX="a=\\"b c\\" it\'s"\n', words: 'a="b c" it\'s' },
    { what: "several in one line", text: "A=1; export GRUB_CMDLINE_LINUX=a B=2 # c\n", words: "a" },
    { what: "a function that sets it", text: "f() {\n GRUB_CMDLINE_LINUX=a\n}\nf\n", words: "", unsure: [2] },
    { what: "an unset", text: "GRUB_CMDLINE_LINUX=a\nunset GRUB_CMDLINE_LINUX\n", words: "a", unsure: [2] },
    { what: "a quote never closed", text: 'GRUB_CMDLINE_LINUX="a\nX=1\n', words: "a X=1", unsure: [1] },
    {
      what: "a here-document with an assignment in it",
      text: "cat <<-'E' >/x\n\tGRUB_CMDLINE_LINUX=a\n\tE\nX=1\n",
      words: "",
    },
    { what: "Windows' line ends", text: 'GRUB_CMDLINE_LINUX="a b"\r\nX=1\r\n', words: "a b" },
  ])
    it(`is read with ${what}`, () => expect(read(text)).to.deep.equal({ words, unsure }));

  it("is read with its drop-ins, and each word is from the line and the hands that it is from", () => {
    const ours =
      '# pve-ops-managed: gpu. Changes here are reverted.\nGRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT iommu=pt"\n';
    const files = [
      {
        path: main,
        text: 'GRUB_CMDLINE_LINUX_DEFAULT="quiet \\\n splash"\nGRUB_CMDLINE_LINUX="a" # ghostctl-managed\n',
      },
      { path: dropIn, text: ours },
    ];
    expect(grubWords(files).words).to.deep.equal([
      { word: "a", at: { path: main, line: 3, origin: { by: "ghostctl" } } },
      { word: "quiet", at: { path: main, line: 1, origin: { by: "somebody" } } },
      { word: "splash", at: { path: main, line: 2, origin: { by: "somebody" } } },
      { word: "iommu=pt", at: { path: dropIn, line: 2, origin: { by: "us", name: "gpu" } } },
    ]);
  });
});
