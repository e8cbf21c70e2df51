import { expect } from "chai";
import { type Check, codeOf } from "../../cli/check.ts";
import { boot } from "../../cli/diag/boot.ts";
import { conflicts } from "../../cli/diag/conflicts.ts";
import { iommu } from "../../cli/diag/iommu.ts";
import { map } from "../../cli/diag/map.ts";
import { rebootDue } from "../../cli/facts/reboot-due.ts";
import type { HostFacts } from "../../providers/host/host-facts.ts";
import { applied, restarted } from "../passthrough/applied.ts";
import { CARD, intel, TWINS } from "../passthrough/asked.ts";
import { facts, GROUPED, node } from "./machines.ts";

const GRUB = { "/etc/default/grub": 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"\n' };
const IDS = { "/etc/modprobe.d/vfio.conf": "options vfio-pci ids=10de:1e87,10de:10f8\n" };
const AWAY = GROUPED.map((device) =>
  device.address.startsWith("0000:01") ? { ...device, driver: "vfio-pci" } : device,
);
const found = (checks: readonly Check[]) => checks.filter(({ ok }) => !ok).map(({ what }) => what);

describe("what diag finds", () => {
  const on = { offered: true, on: true, remaps: true };
  const off = { offered: true, on: false };
  const rows: [what: string, more: Partial<HostFacts>, code: number, words: RegExp | undefined][] = [
    ["an IOMMU that is on", { iommu: on }, 0, undefined],
    ["none that the firmware offers", { iommu: { offered: false, on: false } }, 1, /ACPI table DMAR/],
    ["one that is off though it is offered", { iommu: off }, 1, /^it is off; the kernel was told nothing of it/],
    [
      "one that a word switches off",
      { iommu: off, cmdline: "root=/dev/sda1 intel_iommu=on,sm_off intel_iommu=off" },
      1,
      /intel_iommu=off switches it off/,
    ],
    ["interrupts that are not remapped", { iommu: { ...on, remaps: false } }, 1, /does not remap interrupts/],
    ["a log that is gone", { iommu: { offered: true, on: true } }, 2, /cannot be told/],
    [
      "groups that are not the hardware's",
      { iommu: on, cmdline: "pcie_acs_override=downstream" },
      1,
      /pcie_acs_override/,
    ],
  ];
  for (const [what, more, code, words] of rows)
    it(`of the IOMMU: ${what}`, () => {
      const { checks } = iommu(facts({ devices: GROUPED }, more), node());
      expect(codeOf(checks)).equals(code);
      expect(found(checks).join("\n")).matches(words ?? /^$/);
    });

  const conflicting: [what: string, given: Parameters<typeof facts>[0], words: RegExp[]][] = [
    ["nothing that is handed on", { devices: GROUPED }, []],
    ["a card that is where it is to be", { devices: AWAY, files: IDS }, []],
    ["a driver that has the card now", { devices: GROUPED, files: IDS }, [/01:00\.0 .* with nouveau now/, /01:00\.1/]],
    [
      "a list that loads its driver first",
      { devices: AWAY, files: { ...IDS, "/etc/modules": "loop\nnouveau\n" } },
      [/\/etc\/modules:2 \(others\) loads nouveau/],
    ],
    [
      "two lists of ids",
      { devices: AWAY, files: { ...IDS, "/etc/modprobe.d/z.conf": "options vfio-pci ids=10de:1e87\n" } },
      [/vfio\.conf:1 .* and \/etc\/modprobe\.d\/z\.conf:1 .* one of them alone/],
    ],
    [
      "equal cards that are both taken",
      {
        devices: TWINS.map((device) => (device.id.startsWith("10de") ? { ...device, driver: "vfio-pci" } : device)),
        files: { "/etc/modprobe.d/vfio.conf": "options vfio-pci ids=10de:2204\n" },
      },
      [/0000:01:00\.0 and 0000:41:00\.0 have the same ids 10de:2204/],
    ],
    [
      "a module that is gone from the kernel",
      { devices: AWAY, files: { ...IDS, "/etc/modules": "vfio_virqfd\n" } },
      [/\/etc\/modules:1 \(others\) loads vfio_virqfd/],
    ],
    [
      "a blacklist of the driver of a display that stays",
      { devices: AWAY, files: { ...IDS, "/etc/modprobe.d/b.conf": "# ghostctl-managed\nblacklist i915\n" } },
      [/b\.conf:2 \(ghostctl\) has blacklist i915/],
    ],
    [
      "vfio-pci that is kept off",
      { devices: AWAY, files: { ...IDS, "/etc/modprobe.d/b.conf": "blacklist vfio-pci\n" } },
      [/has blacklist vfio_pci/],
    ],
  ];
  for (const [what, given, words] of conflicting)
    it(`that contradicts: ${what}`, () => {
      const said = found(conflicts(facts(given), "pve1").checks);
      expect(said.length, said.join("\n")).equals(words.length);
      for (const [n, one] of words.entries()) expect(said[n]).matches(one);
    });

  it("on the map: what goes along with a card that is handed on, and what the host has on that", () => {
    const shared = GROUPED.map((device) => (device.address === "0000:02:00.0" ? { ...device, group: 1 } : device));
    const { checks, shown } = map(facts({ devices: shared, files: IDS }));
    expect(shown).includes("1 *").and.includes("* more than one slot in it");
    expect(found(checks)).deep.equals([
      "group 1: 0000:02:00.0 Samsung Electronics Co Ltd NVMe SSD Controller goes along with 0000:01:00.0, 0000:01:00.1," +
        " and the host uses nvme0n1 on it",
    ]);
  });

  it("of the boot: a menu that was not built anew, a word that a shell decides, a word that is still in effect", () => {
    const files = {
      "/etc/default/grub": 'GRUB_CMDLINE_LINUX_DEFAULT="iommu=pt"\n[ -e /x ] && GRUB_CMDLINE_LINUX="a"\n',
    };
    const { checks } = boot(
      facts({ files }),
      node({ grubEntry: "linux /boot/vmlinuz root=/dev/mapper/pve-root ro quiet" }),
    );
    const said = found(checks).join("\n");
    expect(said)
      .matches(/its kernel runs without iommu=pt/)
      .and.matches(/still runs with quiet/);
    expect(said)
      .includes("GRUB's menu does not have iommu=pt yet")
      .and.includes("/etc/default/grub:2 is decided by a shell");
    expect(codeOf(boot(facts({ files: GRUB }), node()).checks)).equals(0);
    expect(codeOf(boot({ ...facts({ files: GRUB }), programs: [] }, node()).checks)).equals(2);
  });

  it("of a reboot that is due: a newer kernel, unless one is pinned, and what a package asked for", () => {
    const of = (more: Parameters<typeof node>[0], pins = {}) =>
      rebootDue(facts({ files: { ...GRUB, ...pins } }), node(more));
    const kernels = ["6.14.8-2-pve", "6.14.11-1-pve"];
    const pinned = { "/etc/kernel/proxmox-boot-pin": "6.14.8-2-pve\n" };
    expect(of({ kernels })).deep.equals(["it runs kernel 6.14.8-2-pve, and would start 6.14.11-1-pve"]);
    expect(of({ kernels }, pinned)).deep.equals([]);
    expect(of({ kernels }, { ...pinned, "/etc/kernel/next-boot-pin": "6.8.12-9-pve\n" })).deep.equals([
      "it runs kernel 6.14.8-2-pve, and would start 6.8.12-9-pve",
    ]);
    expect(of({ rebootRequired: true })).deep.equals(["a package wants it (/run/reboot-required)"]);
  });

  it("of a reboot that is due: what was changed since the start, though every card and word is as it is to be", () => {
    const cmdline = "BOOT_IMAGE=/boot/vmlinuz root=/dev/mapper/pve-root ro quiet intel_iommu=on iommu=pt";
    const host = restarted(applied(intel(), { ...CARD, disableVga: true }), cmdline);
    const due = (seen: HostFacts) => rebootDue(seen, node({ kernels: [seen.kernel] }));
    expect(due(host)).deep.equals([]);
    expect(due(applied(host, CARD))).deep.equals(["what stood there before gpu was changed is in effect"]);
  });
});
