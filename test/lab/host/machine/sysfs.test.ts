import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { controls } from "../../../../lab/host/machine/controls.ts";
import { MachineOnDisk } from "../../../support/machine-on-disk.ts";

const NIC = "0000:04:00.0";
const DISK = "0000:01:00.0";
const VT = "/sys/class/vtconsole";

describe("the sysfs of a host", () => {
  let on: MachineOnDisk | undefined;
  const at = (hardware: object) => {
    on?.remove();
    on = new MachineOnDisk(hardware);
    return on;
  };
  afterEach(() => {
    on?.remove();
    on = undefined;
  });

  const place = (path: string) => join(on?.host.tree ?? "", path);
  const says = (path: string) => readFileSync(place(path), "utf8").trim();
  const names = (folder: string) => (existsSync(place(folder)) ? readdirSync(place(folder)).toSorted() : []);
  const real = (path: string) => realpathSync(place(path)).replace(realpathSync(place("/")), "");

  it("has the firmware's table of an IOMMU if and only if that is switched on there", () => {
    const tables = () => names("/sys/firmware/acpi/tables").filter((name) => /DMAR|IVRS/.test(name));
    at({ board: "x570" });
    expect([tables(), names("/sys/class/iommu")]).to.deep.equal([["IVRS"], ["ivhd0"]]);
    expect(real("/sys/class/iommu/ivhd0")).to.equal("/sys/devices/pci0000:00/0000:00:00.2/iommu/ivhd0");
    at({ board: "z790" });
    expect([tables(), names("/sys/class/iommu")]).to.deep.equal([["DMAR"], ["dmar0"]]);
    const dmar = readFileSync(place("/sys/firmware/acpi/tables/DMAR"));
    expect([dmar.toString("latin1", 0, 4), dmar.readUInt32LE(4), dmar[37]]).to.deep.equal(["DMAR", dmar.length, 1]);
    for (const board of ["x570", "z790"]) {
      at({ board, iommu: false });
      expect([tables(), names("/sys/class/iommu"), names("/sys/kernel/iommu_groups")]).to.deep.equal([[], [], []]);
    }
  });

  it("goes with a kernel that says whether interrupts are remapped", async () => {
    const WORDS = /DMAR-IR: Enabled IRQ remapping|AMD-Vi: Interrupt remapping enabled/;
    for (const board of ["x570", "z790"])
      for (const interruptRemapping of [true, false]) {
        const { stdout } = await at({ board, interruptRemapping }).call("dmesg");
        expect(WORDS.test(stdout), `${board} ${interruptRemapping}`).to.equal(interruptRemapping);
      }
  });

  it("leads from each disk and partition to the device that it hangs on, and tells what lies over it", () => {
    at({ board: "x570" });
    expect(names("/sys/class/block")).to.include.members(["dm-0", "dm-1", "nvme0n1", "nvme0n1p3"]);
    expect(real("/sys/class/block/nvme0n1p3")).to.include(`/${DISK}/nvme/nvme0/nvme0n1/nvme0n1p3`);
    expect(real("/sys/class/nvme/nvme0")).to.match(new RegExp(`/${DISK}/nvme/nvme0$`));
    expect(names("/sys/class/block/nvme0n1p3/holders")).to.deep.equal(["dm-0", "dm-1"]);
    expect(names("/sys/class/block/dm-1/slaves")).to.deep.equal(["nvme0n1p3"]);
    at({ board: "c612", firmware: "bios" });
    expect(real("/sys/class/block/sda3")).to.match(/\/0000:..:00\.0\/host0\/.*\/block\/sda\/sda3$/);
  });

  it("leads from each port to its card; the host's own is up, and a part of its bridge", async () => {
    at({ board: "b650" });
    const ports = names("/sys/class/net").filter((name) => existsSync(place(`/sys/class/net/${name}/device`)));
    expect(ports).to.include("eno1");
    for (const port of ports) expect(real(`/sys/class/net/${port}/device`)).to.match(/\/0000:..:..\..$/);
    const up = names("/sys/class/net").filter((name) => says(`/sys/class/net/${name}/operstate`) === "up");
    expect(up).to.deep.equal(["eno1", "vmbr0"]);
    expect(real("/sys/class/net/eno1/master")).to.equal("/sys/devices/virtual/net/vmbr0");
    expect(names("/sys/class/net/vmbr0/brif")).to.deep.equal(["eno1"]);
    expect((await on?.call("ip -br link"))?.stdout).to.include("eno1: <BROADCAST,MULTICAST,UP,LOWER_UP>");
  });

  it("loses a port with its driver, and its bridge has none then", async () => {
    const { host } = at({ board: "x570" });
    await controls.write(host, "/sys/bus/pci/drivers/igb/unbind", NIC);
    expect(names("/sys/class/net")).to.deep.equal(["lo", "vmbr0"]);
    expect([says("/sys/class/net/vmbr0/operstate"), names("/sys/class/net/vmbr0/brif")]).to.deep.equal(["down", []]);
    await controls.write(host, "/sys/bus/pci/drivers/igb/bind", NIC);
    expect(names("/sys/class/net/vmbr0/brif")).to.deep.equal(["eno1"]);
  });

  it("takes the text console off the frame and puts it back, as who writes to its bind wants it", async () => {
    const { host, machine } = at({ board: "x570", cards: ["GTX 1080"] });
    const bound = () => Promise.all([0, 1].map((n) => controls.read(host, `${VT}/vtcon${n}/bind`)));
    expect([says(`${VT}/vtcon0/name`), says(`${VT}/vtcon1/name`)]).to.deep.equal([
      "(S) dummy device",
      "(M) frame buffer device",
    ]);
    expect(readlinkSync(place(`${VT}/vtcon1/bind`))).to.match(/vtcon1%2Fbind$/);
    expect(await bound()).to.deep.equal(["0\n", "1\n"]);
    await controls.write(host, `${VT}/vtcon1/bind`, "0\n");
    expect([await bound(), machine.kernel?.console, machine.kernel?.frame?.by]).to.deep.equal([
      ["1\n", "0\n"],
      undefined,
      "nouveau",
    ]);
    await controls.write(host, `${VT}/vtcon1/bind`, "1\n");
    expect(machine.kernel?.console?.by).to.equal("nouveau");
    await controls.write(host, `${VT}/vtcon1/bind`, "0\n");
    await controls.write(host, "/sys/bus/pci/drivers/nouveau/unbind", "0000:07:00.0");
    expect(names(VT)).to.deep.equal(["vtcon0"]);
    await controls.write(host, "/sys/bus/pci/drivers/nouveau/bind", "0000:07:00.0");
    expect(await bound(), "a new frame is drawn on").to.deep.equal(["0\n", "1\n"]);
  });
});
