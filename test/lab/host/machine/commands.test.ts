import { expect } from "chai";
import { MachineOnDisk } from "../../../support/machine-on-disk.ts";

describe("the programs of a host", () => {
  let on: MachineOnDisk;
  before(() => {
    on = new MachineOnDisk({ board: "x570", cards: ["RX 580", "GTX 1080"] });
  });
  after(() => on.remove());
  const said = async (line: string) => (await on.call(line)).stdout;

  // As pciutils' own lspci has printed them of this host's sysfs; the modules, which it takes from compiled files, by hand.
  const LSPCI: Readonly<Record<string, string>> = {
    "lspci -s 08:00": `08:00.0 VGA compatible controller: NVIDIA Corporation GP104 [GeForce GTX 1080] (rev a1)
08:00.1 Audio device: NVIDIA Corporation GP104 High Definition Audio Controller (rev a1)
`,
    "lspci -n -s 08:00": "08:00.0 0300: 10de:1b80 (rev a1)\n08:00.1 0403: 10de:10f0 (rev a1)\n",
    "lspci -nn -s 08:00.0":
      "08:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP104 [GeForce GTX 1080] [10de:1b80] (rev a1)\n",
    "lspci -nnk -s 08:00.1": `08:00.1 Audio device [0403]: NVIDIA Corporation GP104 High Definition Audio Controller [10de:10f0] (rev a1)
	Subsystem: ASUSTeK Computer Inc. Device [1043:8591]
	Kernel driver in use: snd_hda_intel
	Kernel modules: snd_hda_intel
`,
    "lspci -Dmm -s 08:00.0": `0000:08:00.0 "VGA compatible controller" "NVIDIA Corporation" "GP104 [GeForce GTX 1080]" -ra1 -p00 "ASUSTeK Computer Inc." "Device 8591"\n`,
    "lspci -nmm -d 10de:1b80": `08:00.0 "0300" "10de" "1b80" -ra1 -p00 "1043" "8591"\n`,
    "lspci -vmmk -s 08:00.0": `Slot:	08:00.0
Class:	VGA compatible controller
Vendor:	NVIDIA Corporation
Device:	GP104 [GeForce GTX 1080]
SVendor:	ASUSTeK Computer Inc.
SDevice:	Device 8591
Rev:	a1
ProgIf:	00
Driver:	nouveau
Module:	nvidiafb
Module:	nouveau
IOMMUGroup:	21

`,
    "lspci -v -s 08:00.0": `08:00.0 VGA compatible controller: NVIDIA Corporation GP104 [GeForce GTX 1080] (rev a1) (prog-if 00 [VGA controller])
	Subsystem: ASUSTeK Computer Inc. Device 8591
	Flags: bus master, fast devsel, latency 0, IOMMU group 21
	Kernel driver in use: nouveau
	Kernel modules: nvidiafb, nouveau

`,
  };
  for (const [line, text] of Object.entries(LSPCI))
    it(`print as ${line}`, async () => {
      expect(await said(line)).to.equal(text);
    });

  it("find nothing where nothing is, and say what is no address", async () => {
    expect(await on.call("lspci -s ff:00")).to.deep.equal({ stdout: "", stderr: "", code: 0 });
    expect((await on.call("lspci -s nowhere")).code).to.equal(1);
  });

  it("load and unload modules with what they need", async () => {
    expect(await said("modprobe --show-depends vfio-pci")).to.match(
      /vfio\.ko \n.*irqbypass\.ko \n.*vfio-pci-core\.ko \n.*vfio-pci\.ko \n$/s,
    );
    expect(await on.call("modprobe vfio_virqfd")).to.include({
      code: 1,
      stderr: "modprobe: FATAL: Module vfio_virqfd not found in directory /lib/modules/7.0.2-6-pve\n",
    });
    await on.call("modprobe vfio-pci");
    expect(await said("lsmod")).to.match(/^vfio_pci_core +65536 {2}1 vfio_pci$/m);
    expect((await on.call("modprobe -r vfio_pci_core")).stderr).to.include("is in use");
    expect((await on.call("modprobe -r vfio-pci")).code).to.equal(0);
    expect(await said("lsmod")).not.to.include("vfio");
  });

  it("tell what the kernel said of the IOMMU", async () => {
    expect(await said("dmesg")).to.match(/\] AMD-Vi: Interrupt remapping enabled\n/);
    expect(await said("dmesg -T")).to.match(/^\[Sat Feb 28 12:00:00 2026\] Linux version 7\.0\.2-6-pve/);
    expect(await said("dmesg -t --level=err")).not.to.include("AMD-Vi");
  });

  it("make an initramfs that can be looked into", async () => {
    expect(await said("lsinitramfs /boot/initrd.img-7.0.2-6-pve"))
      .to.include("nvme.ko\n")
      .and.not.include("vfio");
    expect((await on.call("lsinitramfs /etc/hostname")).code).to.equal(1);
  });

  it("call the API as root, and end as PVE's do", async () => {
    expect(JSON.parse(await said("pvesh get /version --output-format json"))).to.include({ release: "9.2" });
    expect(await said("pvesh ls /nodes")).to.equal("D---------       pve1\n");
    expect(await said("pvesh ls /nodes/pve1")).to.match(/^D--------- {7}qemu$/m);
    expect(await on.call("pvesh get /nope")).to.deep.include({
      code: 255,
      stderr: "No 'get' handler defined for '/nope'\n",
    });
    const wrong = await on.call("pvesh create /access/roles");
    expect(wrong.code).to.equal(255);
    expect(wrong.stderr).to.match(/^400 Parameter verification failed\.\nroleid: property is missing/);
  });

  it("keep users, roles, tokens and ACLs", async () => {
    for (const line of [
      "pveum role add Ops --privs VM.Audit",
      "pveum user add ops@pve",
      "pveum acl modify /vms --users ops@pve --roles Ops",
    ])
      expect(await on.call(line)).to.include({ code: 0, stderr: "" });
    const token = JSON.parse(await said("pveum user token add ops@pve ci --privsep 0 --output-format json"));
    expect(token["full-tokenid"]).to.equal("ops@pve!ci");
    expect(await said("pveum acl list --output-format json")).to.include('"ugid":"ops@pve"');
    expect(await said("pveum user list")).to.match(/│ ops@pve +│/);
    for (const line of ["pveum user delete ops@pve", "pveum role delete Ops"])
      expect(await on.call(line)).to.include({ code: 0 });
  });

  it("tell disks, mounts and what they boot by", async () => {
    expect(await said("findmnt -n -o SOURCE /")).to.equal("/dev/mapper/pve-root\n");
    expect(await said("lsblk -n -o NAME,TYPE,MOUNTPOINT")).to.equal(`nvme0n1      disk
├─nvme0n1p1  part
├─nvme0n1p2  part /boot/efi
└─nvme0n1p3  part
  ├─pve-swap lvm  [SWAP]
  └─pve-root lvm  /
`);
    expect(await said("efibootmgr"))
      .to.include("BootCurrent: 0000\n")
      .and.include("\\EFI\\proxmox\\grubx64.efi");
    expect(await said("grub-probe --target=fs /")).to.equal("ext2\n");
  });

  it("go down when they are told to, now or later, unless that is taken back", async () => {
    await on.call("shutdown -r now");
    await on.call("shutdown -h +5");
    await on.call("shutdown -c");
    on.cluster.clock.step(600);
    await on.call("shutdown -r +1");
    on.cluster.clock.step(61);
    await on.call("poweroff");
    expect(on.downs).to.deep.equal(["reboot", "reboot", "poweroff"]);
  });

  it("say what they are not", async () => {
    for (const line of ["apt-get update", "zpool create x", "ip link set eno1 down", "qm migrate 100 pve2"]) {
      const { code, stderr } = await on.call(line);
      expect(code, line).to.equal(127);
      expect(stderr).to.include("not part of the lab");
    }
  });
});
