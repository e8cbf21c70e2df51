import { existsSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "chai";
import { controlTarget } from "../../../../lab/host/controls.ts";
import { controls } from "../../../../lab/host/machine/controls.ts";
import { MachineOnDisk } from "../../../support/machine-on-disk.ts";

const GPU = "0000:08:00.0";
const SOUND = "0000:08:00.1";
const PORT = "0000:00:03.2";
const DRIVERS = "/sys/bus/pci/drivers";
const DEVICES = "/sys/bus/pci/devices";

describe("the PCI control files of a host", () => {
  let on: MachineOnDisk;
  beforeEach(() => {
    on = new MachineOnDisk({ board: "x570", cards: ["RX 580", "GTX 1080"] });
  });
  afterEach(() => on.remove());

  const write = async (path: string, text: string) => (await controls.write(on.host, path, text))?.errno;
  const read = (path: string) => controls.read(on.host, path);
  const place = (path: string) => join(on.host.tree, path);
  const driver = (address = GPU) => {
    const link = place(`${DEVICES}/${address}/driver`);
    return existsSync(link) ? basename(readlinkSync(link)) : undefined;
  };
  const vfio = () => on.call("modprobe vfio-pci");

  it("stand where the kernel has them, as links to what answers", () => {
    for (const path of [
      `${DRIVERS}/nouveau/unbind`,
      `${DRIVERS}/nouveau/new_id`,
      "/sys/bus/pci/rescan",
      `${DEVICES}/${GPU}/driver_override`,
    ])
      expect(readlinkSync(place(path))).to.equal(controlTarget(path));
  });

  it("unbind a device from the driver that has it, and from no other", async () => {
    expect(await write(`${DRIVERS}/amdgpu/unbind`, GPU)).to.equal("ENODEV");
    expect(await write(`${DRIVERS}/nouveau/unbind`, `${GPU}\n`)).to.equal(undefined);
    expect(driver()).to.equal(undefined);
    expect(existsSync(place(`${DRIVERS}/nouveau/${GPU}`))).to.equal(false);
    expect(await write(`${DRIVERS}/nouveau/unbind`, GPU)).to.equal("ENODEV");
    expect(readFileSync(place(`${DEVICES}/${GPU}/uevent`), "utf8")).not.to.include("DRIVER=");
  });

  it("bind what a driver fits and nobody has", async () => {
    expect(await write(`${DRIVERS}/nouveau/bind`, GPU)).to.equal("EBUSY");
    expect(await write(`${DRIVERS}/amdgpu/bind`, GPU)).to.equal("ENODEV");
    expect(await write(`${DRIVERS}/nouveau/bind`, "0000:ff:00.0")).to.equal("ENODEV");
    await write(`${DRIVERS}/nouveau/unbind`, GPU);
    expect(await write(`${DRIVERS}/nouveau/bind`, GPU)).to.equal(undefined);
    expect(driver()).to.equal("nouveau");
  });

  it("give a driver more ids, which takes at once what nobody has", async () => {
    await vfio();
    expect(await write(`${DRIVERS}/vfio-pci/bind`, GPU)).to.equal("ENODEV");
    await write(`${DRIVERS}/nouveau/unbind`, GPU);
    expect(await write(`${DRIVERS}/vfio-pci/new_id`, "10de")).to.equal("EINVAL");
    expect(await write(`${DRIVERS}/vfio-pci/new_id`, "10de 1b80\n")).to.equal(undefined);
    expect(driver()).to.equal("vfio-pci");
    expect(await write(`${DRIVERS}/vfio-pci/new_id`, "10de 1b80")).to.equal("EEXIST");
    expect(await write(`${DRIVERS}/vfio-pci/remove_id`, "10de 1b80")).to.equal(undefined);
    expect(await write(`${DRIVERS}/vfio-pci/remove_id`, "10de 1b80")).to.equal("ENODEV");
    expect(driver(), "to take an id away frees nothing").to.equal("vfio-pci");
  });

  it("reserve a device for one driver, until that is taken back", async () => {
    await vfio();
    const override = `${DEVICES}/${GPU}/driver_override`;
    expect(read(override)).to.equal("(null)\n");
    expect(await write(override, "vfio-pci\n")).to.equal(undefined);
    expect(read(override)).to.equal("vfio-pci\n");
    expect(driver(), "it moves nothing by itself").to.equal("nouveau");
    await write(`${DRIVERS}/nouveau/unbind`, GPU);
    expect(await write(`${DRIVERS}/nouveau/bind`, GPU)).to.equal("ENODEV");
    expect(await write("/sys/bus/pci/drivers_probe", GPU)).to.equal(undefined);
    expect(driver()).to.equal("vfio-pci");
    await write(override, "\n");
    await write(`${DRIVERS}/vfio-pci/unbind`, GPU);
    await write("/sys/bus/pci/drivers_probe", GPU);
    expect(driver()).to.equal("nouveau");
    expect(await write("/sys/bus/pci/drivers_probe", "0000:ff:00.0")).to.equal("ENODEV");
  });

  it("let vfio-pci have no bridge, and nothing without an IOMMU", async () => {
    await vfio();
    await write(`${DEVICES}/${PORT}/driver_override`, "vfio-pci");
    await write(`${DRIVERS}/pcieport/unbind`, PORT);
    expect(await write(`${DRIVERS}/vfio-pci/bind`, PORT)).to.equal("EINVAL");
    on.remove();
    on = new MachineOnDisk({ board: "x570", cards: ["RX 580", "GTX 1080"], iommu: false });
    await vfio();
    await write(`${DEVICES}/${GPU}/driver_override`, "vfio-pci");
    await write(`${DRIVERS}/nouveau/unbind`, GPU);
    expect(await write(`${DRIVERS}/vfio-pci/bind`, GPU)).to.equal("EINVAL");
    expect(existsSync(place(`${DEVICES}/${GPU}/iommu_group`))).to.equal(false);
  });

  it("take a device out with its group, and find it again", async () => {
    const group = basename(readlinkSync(place(`${DEVICES}/${GPU}/iommu_group`)));
    for (const address of [GPU, SOUND]) await write(`${DEVICES}/${address}/remove`, "1");
    expect(existsSync(place(`${DEVICES}/${GPU}`))).to.equal(false);
    expect(existsSync(place(`/sys/kernel/iommu_groups/${group}`))).to.equal(false);
    expect(await write(`${DEVICES}/${GPU}/remove`, "1")).to.equal("ENODEV");
    expect(await write("/sys/bus/pci/rescan", "x")).to.equal("EINVAL");
    expect(await write("/sys/bus/pci/rescan", "1")).to.equal(undefined);
    expect([driver(), driver(SOUND)]).to.deep.equal(["nouveau", "snd_hda_intel"]);
  });

  it("take the console along with the card that shows it", async () => {
    const frame = () => existsSync(place("/sys/class/graphics/fb0"));
    expect(readFileSync(place("/sys/class/graphics/fb0/name"), "utf8")).to.equal("amdgpudrmfb\n");
    await write(`${DRIVERS}/amdgpu/unbind`, "0000:07:00.0");
    expect(frame(), "the other card has a driver").to.equal(true);
    await write(`${DRIVERS}/nouveau/unbind`, GPU);
    expect(frame()).to.equal(false);
  });

  it("show a group to be given away while vfio-pci has a device of it", async () => {
    const group = basename(readlinkSync(place(`${DEVICES}/${GPU}/iommu_group`)));
    expect(existsSync(place("/dev/vfio"))).to.equal(false);
    await vfio();
    await write(`${DRIVERS}/nouveau/unbind`, GPU);
    await write(`${DRIVERS}/vfio-pci/new_id`, "10de 1b80");
    const file = () => statSync(place(`/dev/vfio/${group}`)).ino;
    const opened = file();
    await on.call("modprobe -r amdgpu");
    expect(file(), "a guest may have it open").to.equal(opened);
    await on.call("modprobe -r vfio-pci");
    expect([driver(), existsSync(place("/dev/vfio")), existsSync(place(`${DRIVERS}/vfio-pci`))]).to.deep.equal([
      undefined,
      false,
      false,
    ]);
  });
});
