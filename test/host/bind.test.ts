import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { expect } from "chai";
import type { HostStep } from "#providers/host/step.ts";
import { HostTree } from "#test/support/host-tree.ts";

const PCI = "/sys/bus/pci";
const CARD = "0000:01:00.0";
const SOUND = "0000:01:00.1";

for (const shell of ["dash", "bash"])
  describe(`a device that is to change its driver, by ${shell}`, () => {
    let tree: HostTree;
    beforeEach(() => {
      tree = new HostTree(shell);
      tree.lay(`${PCI}/drivers/vfio-pci/unbind`, "");
      tree.lay(`${PCI}/drivers_probe`, "");
      device(CARD, "nouveau", 14);
      device(SOUND, "snd_hda_intel", 14);
    });
    afterEach(() => tree.remove());

    const link = (path: string, to: string) => {
      mkdirSync(dirname(tree.at(path)), { recursive: true });
      rmSync(tree.at(path), { force: true });
      symlinkSync(to, tree.at(path));
    };
    const device = (address: string, driver: string, group?: number) => {
      tree.lay(`${PCI}/drivers/${driver}/unbind`, "");
      tree.lay(`${PCI}/devices/${address}/driver_override`, "(null)\n");
      link(`${PCI}/devices/${address}/driver`, `../../../bus/pci/drivers/${driver}`);
      if (group !== undefined) link(`${PCI}/devices/${address}/iommu_group`, `../../kernel/iommu_groups/${group}`);
    };
    const opened = (pid: number, name: string, file: string) => {
      tree.lay(`/proc/${pid}/comm`, `${name}\n`);
      link(`/proc/${pid}/fd/17`, file);
    };
    const why = async (step: HostStep) => (await tree.apply([step])).failed?.why;
    const bind = (...addresses: string[]) => why({ do: "bind", seconds: 1, addresses });
    const text = (path: string) => readFileSync(tree.at(path), "utf8");

    const untouched = () => {
      expect(text(`${PCI}/devices/${CARD}/driver_override`)).equals("(null)\n");
      expect(text(`${PCI}/drivers/nouveau/unbind`)).equals("");
    };

    it("is left alone where it is not there, or where no IOMMU stands behind it", async () => {
      device("0000:02:00.0", "nvme");
      expect(await bind(CARD, "0000:09:00.0")).equals("there is no device at 0000:09:00.0");
      expect(await bind(CARD, "0000:02:00.0")).matches(/^0000:02:00\.0 is in no IOMMU group: the IOMMU is off/);
      untouched();
    });

    const NODES = [
      ["a card of its own driver", "/dev/dri/card1", () => tree.lay(`${PCI}/devices/${CARD}/drm/card1/dev`, "226:1")],
      ["its frame buffer", "/dev/fb0", () => tree.lay(`${PCI}/devices/${CARD}/graphics/fb0/name`, "nouveaudrmfb")],
      ["its sound", "/dev/snd/controlC2", () => tree.lay(`${PCI}/devices/${SOUND}/sound/card2/controlC2/dev`, "116:2")],
      [
        "NVIDIA's own driver",
        "/dev/nvidia3",
        () => tree.lay(`/proc/driver/nvidia/gpus/${CARD}/information`, "Model: \t RTX\nDevice Minor: \t 3\n"),
      ],
    ] as const;
    for (const [what, node, lay] of NODES)
      it(`is left alone while a process uses ${what}, and that process is named`, async () => {
        lay();
        opened(4711, "Xorg", node);
        opened(4712, "other", "/dev/null");
        expect(await bind(CARD, SOUND)).includes(`it is in use (process 4711, Xorg, has ${node} open)`);
        untouched();
      });

    it("is not taken from a guest that has its group open", async () => {
      device(CARD, "vfio-pci", 14);
      opened(815, "kvm", "/dev/vfio/14");
      tree.lay("/run/qemu-server/101.pid", "815\n");
      const said = await why({ do: "release", seconds: 1, devices: [{ address: CARD, driver: "nouveau" }] });
      expect(said).equals(`${CARD}: it is in use (guest 101: process 815, kvm, has /dev/vfio/14 open)`);
      untouched();
    });

    it("is not waited for longer than is said, and nothing is left that holds the connection or the lock", async () => {
      rmSync(tree.at(`${PCI}/drivers/nouveau/unbind`));
      // Whoever writes there waits for a reader, as the kernel has one wait for the last user.
      execFileSync("mkfifo", [tree.at(`${PCI}/drivers/nouveau/unbind`)]);
      const said = await bind(CARD, SOUND);
      expect(said).includes(`${CARD}: the kernel is still at it after 1 s`);
      expect(await why({ do: "folder", path: "/etc/after", mode: "755" })).equals(undefined);
      // The one that waits there goes on as soon as it may.
      expect(text(`${PCI}/drivers/nouveau/unbind`)).equals(`${CARD}\n`);
    });

    it("fails in words where vfio-pci leaves it, and is no longer meant for it then", async () => {
      rmSync(tree.at(`${PCI}/devices/${CARD}/driver`));
      expect(await bind(CARD)).includes(`${CARD}: vfio-pci does not take it`);
      expect(text(`${PCI}/devices/${CARD}/driver_override`)).equals("\n");
    });
  });
