import { expect } from "chai";
import { Trouble } from "#providers/core/trouble.ts";
import { applied, type Found, removed, standing } from "#providers/host/edit/edit.ts";
import { type ModuleLine, moduleLines } from "#providers/host/edit/modprobe.ts";
import { linesToMute } from "#providers/host/edit/muted.ts";
import { originsIn } from "#providers/host/edit/origin.ts";
import { all, untouched, walked } from "./walk.ts";

const path = "/etc/modprobe.d/vfio.conf";
const isIds = ({ command, name, value }: ModuleLine) =>
  command === "options" && name === "vfio_pci" && value.includes("ids=");
const edited = (text: string, name = "gpu", lines = linesToMute(path, text, isIds)): string => {
  const changed = applied(untouched(text, path), { kind: "muted", lines }, name);
  if (changed instanceof Trouble) throw changed;
  return changed.text ?? "no file";
};
const file = (text: string): Found => untouched(text, path);

describe("a line of somebody else's that is muted", () => {
  for (const { what, text, next } of [
    {
      what: "one among others",
      text: "options vfio-pci disable_vga=1\noptions vfio-pci ids=10de:1b80\n# mine\n",
      next: "options vfio-pci disable_vga=1\n# pve-ops-managed gpu mutes: options vfio-pci ids=10de:1b80\n# mine\n",
    },
    {
      what: "the last, with no newline",
      text: "a\noptions vfio_pci ids=1:2",
      next: "a\n# pve-ops-managed gpu mutes: options vfio_pci ids=1:2",
    },
    {
      what: "one that goes on, whole",
      text: "options vfio-pci \\\n  ids=1:2 \\\n\nblacklist a\n",
      next: "# pve-ops-managed gpu mutes: options vfio-pci \\\n# pve-ops-managed gpu mutes:   ids=1:2 \\\n# pve-ops-managed gpu mutes: \nblacklist a\n",
    },
    {
      what: "one that goes on where the file ends",
      text: "options vfio-pci ids=1:2 \\\n",
      next: "# pve-ops-managed gpu mutes: options vfio-pci ids=1:2 \\\n",
    },
    {
      what: "each of two equal ones",
      text: "options vfio-pci ids=1:2\nb\noptions vfio-pci ids=1:2\n",
      next: "# pve-ops-managed gpu mutes: options vfio-pci ids=1:2\nb\n# pve-ops-managed gpu mutes: options vfio-pci ids=1:2\n",
    },
    {
      what: "one with Windows' line end, to which kmod goes on nowhere",
      text: "options vfio-pci ids=1:2 \\\r\nb\r\n",
      next: "# pve-ops-managed gpu mutes: options vfio-pci ids=1:2 \\\r\nb\r\n",
    },
    {
      what: "none that a comment took in, nor one that speaks of us",
      text: "# a \\\noptions vfio-pci ids=1:2\noptions vfio-pci ids=1:2 # pve-ops-managed\n",
      next: "# a \\\noptions vfio-pci ids=1:2\noptions vfio-pci ids=1:2 # pve-ops-managed\n",
    },
    {
      what: "none that is in a block of ours",
      text: "# BEGIN pve-ops-managed b\noptions vfio-pci ids=1:2\n# END pve-ops-managed b\n",
      next: "# BEGIN pve-ops-managed b\noptions vfio-pci ids=1:2\n# END pve-ops-managed b\n",
    },
  ])
    it(`is a comment that has it whole: ${what}`, () => {
      expect(edited(text)).to.equal(next);
      expect(removed(file(next), "gpu")).to.deep.include({ text });
      expect(linesToMute(path, next, isIds)).to.deep.equal(linesToMute(path, text, isIds));
    });

  it("is ours, and has no effect", () => {
    const text = edited("blacklist a\noptions vfio-pci ids=1:2\n");
    expect(moduleLines(path, text).map(({ command }) => command)).to.deep.equal(["blacklist"]);
    expect(originsIn(text).slice(0, 2)).to.deep.equal([{ by: "somebody" }, { by: "us", name: "gpu" }]);
  });

  it("is muted for each that wants it, until the last of them goes, whoever that is", () => {
    const start = "options vfio-pci ids=1:2\n";
    const both = edited(edited(start), "the other");
    expect(both).to.equal(
      '# pve-ops-managed "the other" mutes: # pve-ops-managed gpu mutes: options vfio-pci ids=1:2\n',
    );
    expect(edited(both)).to.equal(both);
    for (const name of ["gpu", "the other"]) {
      expect(standing(file(both), name)).to.equal("muted: options vfio-pci ids=1:2");
      const left = walked(file(both), all([name]));
      expect(moduleLines(path, left.text ?? "")).to.deep.equal([]);
      expect(walked(left, all(["gpu", "the other"])).text).to.equal(start);
    }
  });

  it("comes back as it was edited behind our mark, and until then is not what we left there", () => {
    const text = edited("options vfio-pci ids=1:2\n").replace("1:2", "3:4");
    expect(standing(file(text), "gpu")).to.equal("muted: options vfio-pci ids=3:4");
    expect(removed(file(text), "gpu")).to.deep.include({ text: "options vfio-pci ids=3:4\n" });
  });

  it("is the admin's own again once its mark was edited, and nobody touches it", () => {
    const text = edited("options vfio-pci ids=1:2\n").replace("# pve", "#pve");
    expect(standing(file(text), "gpu")).to.equal(undefined);
    expect(removed(file(text), "gpu")).to.deep.include({ text });
  });

  it("comes back when it is not to be muted any more, or a block is wanted instead", () => {
    const text = "options vfio-pci ids=1:2\nblacklist a\n";
    const both = edited(text, "gpu", ["options vfio-pci ids=1:2", "blacklist a"]);
    expect(edited(both, "gpu", ["blacklist a"])).to.equal(
      "options vfio-pci ids=1:2\n# pve-ops-managed gpu mutes: blacklist a\n",
    );
    const block = applied(file(both), { kind: "block", text: "x" }, "gpu");
    expect(block).to.deep.include({ text: `${text}# BEGIN pve-ops-managed gpu\nx\n# END pve-ops-managed gpu\n` });
  });

  it("that is not there is none, nor is its file", () => {
    expect(edited("blacklist a\n", "gpu", ["options vfio-pci ids=1:2"])).to.equal("blacklist a\n");
    const none = applied(untouched(undefined, path), { kind: "muted", lines: ["blacklist a"] }, "gpu");
    expect(none).to.deep.include({ text: undefined });
  });

  it("is not looked for in a file that is wholly one's of us", () => {
    const text = "# pve-ops-managed: b. Changes here are reverted.\noptions vfio-pci ids=1:2\n";
    expect(linesToMute(path, text, isIds)).to.deep.equal([]);
    expect(() => edited(text)).to.throw(
      /muting lines of \/etc\/modprobe\.d\/vfio\.conf: the whole file belongs to the resource "b"/,
    );
  });

  it("that is no UTF-8 comes back byte for byte", () => {
    const text = "options vfio-pci ids=1:2 x=\xfc\noptions vfio-pci ids=1:2 x=\xc3\xbc\n";
    const lines = linesToMute(path, text, isIds);
    const next = edited(text);
    expect(standing(file(next), "gpu")).to.equal(lines.map((line) => `muted: ${line}`).join("\n"));
    expect(removed(file(next), "gpu")).to.deep.include({ text });
  });
});
