import { expect } from "chai";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { applied, restarted } from "./applied.ts";
import { CARD, codes, factsFor, GRUB, intel, NVIDIA, zfs } from "./asked.ts";
import { grouped } from "./host.ts";

const seen = (args: object, facts: HostFacts) => factsFor(args, facts).observed ?? {};
const ROOT = "BOOT_IMAGE=/boot/vmlinuz root=/dev/mapper/pve-root ro";

describe("the outputs of a prepared host", () => {
  it("are its devices, with the groups that they are in", () => {
    const devices = grouped(NVIDIA, { 14: ["0000:01:00.0", "0000:02:00.0"] }).map((device) =>
      device.address === "0000:01:00.0" ? { ...device, bootVga: true } : device,
    );
    expect(seen({ gpus: [{ address: "01:00", functions: [0, 1] }] }, intel({ devices }))["devices"]).deep.equals([
      {
        address: "0000:01:00.0",
        id: "10de:1e87",
        name: "NVIDIA Corporation TU104 [GeForce RTX 2080 Rev. A]",
        driver: "nouveau",
        group: 14,
        members: ["0000:01:00.0", "0000:02:00.0"],
        bootVga: true,
      },
      {
        address: "0000:01:00.1",
        id: "10de:10f8",
        name: "NVIDIA Corporation TU104 HD Audio Controller",
        driver: "snd_hda_intel",
        group: undefined,
        members: [],
        bootVga: false,
      },
    ]);
  });

  it("are what the kernel was told and will be, and whether a reboot is due", () => {
    const before = intel();
    const host = applied(before, CARD);
    const next = `${ROOT} quiet intel_iommu=on iommu=pt`;
    expect(seen(CARD, host)).deep.include({ rebootPending: true, cmdline: { running: `${ROOT} quiet`, next } });
    expect(seen(CARD, restarted(host, next))).deep.include({ rebootPending: false, cmdline: { running: next, next } });
    const gone = applied(restarted(host, next), { ...CARD, mode: "off" });
    expect(seen({ ...CARD, mode: "off" }, gone)).deep.include({
      rebootPending: true,
      cmdline: { running: next, next: `${ROOT} quiet` },
    });
  });

  it("wait for a reboot for what is taken out, too, and not for what is as it was when the host started", () => {
    const told = `${ROOT} quiet intel_iommu=on iommu=pt pcie_aspm=off`;
    const more = { ...CARD, kernelParameters: ["pcie_aspm=off"], disableVga: true };
    const running = restarted(applied(intel(), more), told);
    expect(seen(more, running)["rebootPending"]).equals(false);
    const less = applied(running, CARD);
    expect(seen(CARD, less)["rebootPending"]).equals(true);
    expect(codes(CARD, less)).includes("reboot-pending");
    expect(seen(more, applied(less, more))["rebootPending"]).equals(false);
    expect(seen(CARD, restarted(less, told))["rebootPending"]).equals(false);
  });

  it("still wait for it where a run was cut off before it rebuilt, and the host started in between", () => {
    const running = restarted(applied(intel(), { ...CARD, disableVga: true }), `${ROOT} quiet intel_iommu=on iommu=pt`);
    const written = applied(running, CARD);
    const path = Object.keys(written.files).find((one) => one.includes("/resource-")) ?? "";
    const cutOff = { ...JSON.parse(written.files[path] ?? ""), pending: ["initramfs"] };
    const files = { ...written.files, [path]: JSON.stringify(cutOff) };
    const again = { ...written, files, bootId: "another" };
    expect(seen(CARD, applied(again, CARD))["rebootPending"]).equals(true);
  });

  it("have the words of GRUB in its order, and the root that PVE's installer adds for ZFS once more", () => {
    const files = {
      ...GRUB,
      "/etc/default/grub.d/zfs.cfg": 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX root=ZFS=rpool/x boot=zfs"\n',
    };
    const cmdline = "BOOT_IMAGE=/ROOT/x/@/boot/vmlinuz root=ZFS=/ROOT/x ro root=ZFS=rpool/x boot=zfs quiet";
    expect(seen({ ...CARD, mode: "off" }, intel({ files, cmdline }))["cmdline"]).deep.equals({
      running: cmdline,
      next: cmdline,
    });
  });

  it("have systemd-boot's first line", () => {
    const host = applied(zfs("root=ZFS=rpool/x boot=zfs\nnot this"), CARD);
    expect(seen(CARD, host)["cmdline"]).deep.include({ next: "root=ZFS=rpool/x boot=zfs intel_iommu=on iommu=pt" });
  });

  it("never wait for a reboot where nothing is written, nor for cards that somebody else hands on", () => {
    expect(seen({ ...CARD, persist: false }, intel())["rebootPending"]).equals(false);
    const theirs = { "/etc/modprobe.d/vfio.conf": "options vfio-pci ids=10de:1e87,10de:10f8,10de:1ad8,10de:1ad9\n" };
    const host = restarted(intel({ files: theirs }), ROOT);
    expect(seen({ ...CARD, mode: "off" }, host)["rebootPending"]).equals(false);
    expect(codes({ ...CARD, mode: "off" }, host)).deep.equals([]);
  });
});
