import type { Part } from "./part.ts";

type More = Omit<Part, "id" | "name" | "class">;

const part =
  (vendor: string, digits: string, common: More = {}) =>
  (device: string, name: string, more: More = {}): Part => ({
    id: `${vendor}:${device}`,
    name,
    class: digits,
    ...common,
    ...more,
  });

const PORT = { modules: ["pcieport"] };
const AMD = "1022";
const INTEL = "8086";

export const amd = {
  host: part(AMD, "060000"),
  iommu: part(AMD, "080600"),
  port: part(AMD, "060400", PORT),
  smbus: part(AMD, "0c0500", { revision: 0x61, modules: ["i2c_piix4"] }),
  isa: part(AMD, "060100", { revision: 0x51 }),
  fabric: part(AMD, "060000"),
  monitored: part(AMD, "060000", { modules: ["k10temp"] }),
  crypto: part(AMD, "108000", { modules: ["ccp"] }),
  usb: part(AMD, "0c0330", { modules: ["xhci_pci"] }),
  sound: part(AMD, "040300", { modules: ["snd_hda_intel"] }),
  sata: part(AMD, "010601", { revision: 0x51, modules: ["ahci"] }),
  graphics: part("1002", "030000", { modules: ["amdgpu"] }),
  graphicsSound: part("1002", "040300", { modules: ["snd_hda_intel"] }),
};

export const intel = {
  host: part(INTEL, "060000", { revision: 1 }),
  port: part(INTEL, "060400", PORT),
  graphics: part(INTEL, "030000", { revision: 4, modules: ["i915"] }),
  usb: part(INTEL, "0c0330", { modules: ["xhci_pci"] }),
  usb2: part(INTEL, "0c0320", { revision: 5, modules: ["ehci_pci"] }),
  memory: part(INTEL, "050000"),
  management: part(INTEL, "078000", { modules: ["mei_me"] }),
  sata: part(INTEL, "010601", { modules: ["ahci"] }),
  isa: part(INTEL, "060100", { modules: ["lpc_ich"] }),
  espi: part(INTEL, "060100"),
  sound: part(INTEL, "040300", { modules: ["snd_hda_intel"] }),
  smbus: part(INTEL, "0c0500", { modules: ["i2c_i801"] }),
  spi: part(INTEL, "0c8000"),
  system: part(INTEL, "088000", { revision: 1 }),
  thermal: part(INTEL, "118000", { revision: 1 }),
};

const nvme = (vendor: string) => part(vendor, "010802", { modules: ["nvme"] });

/** Disks, as the parts that a board is fitted with. */
export const disks = {
  samsung970: nvme("144d")("a808", "NVMe SSD Controller SM981/PM981/PM983", { subsystem: "144d:a801" }),
  samsung980: nvme("144d")("a80a", "NVMe SSD Controller PM9A1/PM9A3/980PRO", { subsystem: "144d:a801" }),
  samsung990: nvme("144d")("a80c", "NVMe SSD Controller S4LV008[Pascal]", { subsystem: "144d:a801" }),
  sn850x: nvme("15b7")("5030", "Western Digital WD Black SN850X NVMe SSD", { subsystem: "15b7:5030", revision: 1 }),
  sas3008: part("1000", "010700")("0097", "SAS3008 PCI-Express Fusion-MPT SAS-3", {
    subsystem: "1000:30e0",
    revision: 2,
    modules: ["mpt3sas"],
  }),
};

const ethernet = (vendor: string, module: string) => part(vendor, "020000", { modules: [module] });

/** Network cards, likewise. */
export const nics = {
  i210: ethernet(INTEL, "igb")("1533", "I210 Gigabit Network Connection", { revision: 3 }),
  i211: ethernet(INTEL, "igb")("1539", "I211 Gigabit Network Connection", { subsystem: "1043:85f0", revision: 3 }),
  i225: ethernet(INTEL, "igc")("15f3", "Ethernet Controller I225-V", { revision: 3 }),
  i226: ethernet(INTEL, "igc")("125c", "Ethernet Controller I226-V", { revision: 4 }),
  i350: ethernet(INTEL, "igb")("1521", "I350 Gigabit Network Connection", { subsystem: "15d9:1521", revision: 1 }),
  i219: ethernet(INTEL, "e1000e")("1a1d", "Ethernet Connection (17) I219-V", { revision: 0x11 }),
  x550: ethernet(INTEL, "ixgbe")("1563", "Ethernet Controller X550", { subsystem: "15d9:1563", revision: 1 }),
  x710: ethernet(INTEL, "i40e")("1572", "Ethernet Controller X710 for 10GbE SFP+", { revision: 2 }),
  rtl8125: ethernet("10ec", "r8169")("8125", "RTL8125 2.5GbE Controller", { subsystem: "1043:87d7", revision: 5 }),
};

/** What a virtual machine is made of. */
export const virtual = {
  host: part(INTEL, "060000")("29c0", "82G33/G31/P35/P31 Express DRAM Controller", { subsystem: "1af4:1100" }),
  vga: part("1234", "030000")("1111", "QEMU Virtual Video Controller", {
    subsystem: "1af4:1100",
    revision: 2,
    modules: ["bochs"],
  }),
  port: part("1b36", "060400")("000c", "QEMU PCIe Root port", PORT),
  net: part("1af4", "020000")("1041", "Virtio network device", {
    subsystem: "1af4:1100",
    revision: 1,
    modules: ["virtio_pci"],
  }),
  disk: part("1af4", "010000")("1042", "Virtio block device", {
    subsystem: "1af4:1100",
    revision: 1,
    modules: ["virtio_pci"],
  }),
};

/** What a server is looked after with from afar, and shows its console on. */
export const bmc = {
  bridge: part("1a03", "060400")("1150", "AST1150 PCI-to-PCI Bridge", { revision: 4 }),
  graphics: part("1a03", "030000")("2000", "ASPEED Graphics Family", {
    subsystem: "15d9:1b95",
    revision: 0x41,
    modules: ["ast"],
  }),
};

/** A switch that keeps nobody behind it apart. */
export const plx: Part = part("10b5", "060400", PORT)(
  "8747",
  "PEX 8747 48-Lane, 5-Port PCI Express Gen 3 (8.0 GT/s) Switch",
  { revision: 0xca },
);
