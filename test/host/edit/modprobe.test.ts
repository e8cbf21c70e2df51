import { expect } from "chai";
import { loadedModules, moduleLines } from "#providers/host/edit/modprobe.ts";

const path = "/etc/modprobe.d/x.conf";
const said = (text: string) =>
  moduleLines(path, text).map(
    ({ command, name, value, at }) => `${at.line}: ${[command, name, value].join(" ").replace(/ $/, "")}`,
  );
const loaded = (text: string) =>
  loadedModules("/etc/modules", text).map(({ name, args, at }) => `${at.line}: ${`${name} ${args}`.trim()}`);

describe("what the files of modprobe.d say", () => {
  for (const { what, text, lines } of [
    {
      what: "a name with - and with _",
      text: "blacklist nvidia-drm\nblacklist nvidia_drm",
      lines: ["1: blacklist nvidia_drm", "2: blacklist nvidia_drm"],
    },
    {
      what: "blanks of all kinds",
      text: "  options\tvfio-pci  ids=1:2   x=y \n",
      lines: ["1: options vfio_pci ids=1:2 x=y"],
    },
    {
      what: "a line that goes on",
      text: "options vfio-pci \\\n  ids=1:2 \\\n  x=y\nblacklist a",
      lines: ["1: options vfio_pci ids=1:2 x=y", "4: blacklist a"],
    },
    { what: "a comment that goes on", text: "# a \\\nblacklist b\nblacklist c\n", lines: ["3: blacklist c"] },
    { what: "Windows' line ends, which kmod does not know", text: "blacklist a\r\n", lines: ["1: blacklist a\r"] },
    { what: "two backslashes", text: "# a \\\\\nblacklist b\n", lines: ["2: blacklist b"] },
    {
      what: "all its commands",
      text: "softdep nouveau pre: vfio-pci\ninstall nouveau /bin/false\nalias lbm-nouveau off\nremove a b\n",
      lines: [
        "1: softdep nouveau pre: vfio-pci",
        "2: install nouveau /bin/false",
        "3: alias lbm_nouveau off",
        "4: remove a b",
      ],
    },
    { what: "what is no command, or lacks its module", text: "nonsense a\nblacklist\n # x\n\n", lines: [] },
  ])
    it(`is read with ${what}`, () => expect(said(text)).to.deep.equal(lines));

  it("is from whom it is from", () => {
    const text = [
      "blacklist mine",
      "# BEGIN pve-ops-managed gpu",
      "blacklist ours",
      "# END pve-ops-managed gpu",
      "blacklist mine",
      "# ghostctl-managed",
      "blacklist theirs",
      "",
      "blacklist mine",
    ];
    const origins = moduleLines(path, text.join("\n")).map(({ at }) => at.origin);
    const somebody = { by: "somebody" };
    expect(origins).to.deep.equal([somebody, { by: "us", name: "gpu" }, somebody, { by: "ghostctl" }, somebody]);
    const wholly = moduleLines(path, "\n# ghostctl-managed\nblacklist a\n\nblacklist b\n").map(({ at }) => at.origin);
    expect(wholly).to.deep.equal([{ by: "ghostctl" }, { by: "ghostctl" }]);
    const owned = moduleLines(path, "# pve-ops-managed: a b. Changes here are reverted.\nblacklist c\n");
    expect(owned.map(({ at }) => at.origin)).to.deep.equal([{ by: "us", name: "a b" }]);
  });

  it("is ghostctl's as it was before us, whatever of ours stands between or before it", () => {
    const [block, muted] = ["# BEGIN pve-ops-managed gpu\n\n# END pve-ops-managed gpu", "# pve-ops-managed gpu mutes:"];
    for (const text of [
      `x\n# ghostctl-managed\n${block}\nblacklist a\n`,
      `${block}\n# ghostctl-managed\n\nblacklist a\n`,
      `${muted} options a \\\n${muted} # ghostctl-managed\nblacklist a`,
    ])
      expect(moduleLines(path, text).map(({ at }) => at.origin)).to.deep.equal([{ by: "ghostctl" }]);
  });

  it("is read of lists of modules", () => {
    expect(loaded("# x\n\n  vfio  \n\tvfio-pci ids=1:2 # not a=b\n; y\nvfio_virqfd #gone\r\nloop")).to.deep.equal([
      "3: vfio",
      "4: vfio_pci ids=1:2",
      "6: vfio_virqfd",
      "7: loop",
    ]);
  });
});
