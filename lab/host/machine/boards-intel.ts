import type { Board } from "./board.ts";
import type { Fitted } from "./fitted.ts";
import { disks, intel, nics, plx, virtual } from "./parts.ts";

/** With what every PCH of that time shares: one slot of small functions in one group. */
const pch = (isa: string, sound: string, smbus: string, spi: string, chipset: string): readonly Fitted[] => [
  { at: "1f.0", part: intel.espi(isa, `${chipset} eSPI Controller`) },
  { at: "1f.3", part: intel.sound(sound, `${chipset} HD Audio Controller`) },
  { at: "1f.4", part: intel.smbus(smbus, `${chipset} SMBus Controller`) },
  { at: "1f.5", part: intel.spi(spi, `${chipset} SPI Controller`) },
];

/** A desktop with graphics in the CPU; a card is in one group with the port that it is behind. */
export const z790: Board = {
  cpu: "Intel",
  console: "onboard",
  fitted: [
    { at: "00.0", part: intel.host("a703", "Raptor Lake-S 8+8 Host Bridge/DRAM Controller") },
    { at: "01.0", part: intel.port("a70d", "Raptor Lake PCI Express 5.0 Graphics Port (PEG010)"), slot: 0, acs: false },
    { at: "02.0", part: intel.graphics("a780", "Raptor Lake-S GT1 [UHD Graphics 770]", { subsystem: "1462:7d91" }) },
    {
      at: "06.0",
      part: intel.port("a74d", "Raptor Lake PCIe 4.0 Graphics Port"),
      below: [{ at: "00.0", part: { ...disks.samsung980, serves: "disk" } }],
    },
    { at: "0a.0", part: intel.thermal("a77d", "Raptor Lake Crashlog and Telemetry") },
    {
      at: "14.0",
      part: intel.usb("7a60", "Raptor Lake USB 3.2 Gen 2x2 (20 Gb/s) XHCI Host Controller", { revision: 0x11 }),
    },
    { at: "14.2", part: intel.memory("7a27", "Raptor Lake-S PCH Shared SRAM", { revision: 0x11 }) },
    { at: "16.0", part: intel.management("7a68", "Raptor Lake CSME HECI #1", { revision: 0x11 }) },
    { at: "17.0", part: intel.sata("7a62", "Raptor Lake SATA AHCI Controller", { revision: 0x11 }) },
    { at: "1c.0", part: intel.port("7a38", "Raptor Lake PCI Express Root Port #1", { revision: 0x11 }), slot: 1 },
    {
      at: "1c.4",
      part: intel.port("7a3c", "Raptor Lake PCI Express Root Port #5", { revision: 0x11 }),
      below: [{ at: "00.0", part: { ...nics.i226, serves: "network" } }],
    },
    ...pch("7a04", "7a50", "7a23", "7a24", "Raptor Lake"),
    { at: "1f.6", part: nics.i219 },
  ],
};

/** A workstation of two sockets, started by BIOS: its second slot shares a switch with the disks' controller. */
export const c612: Board = {
  cpu: "Intel",
  console: "slot",
  fitted: [
    { at: "00.0", part: intel.host("6f00", "Xeon E7 v4/Xeon E5 v4/Xeon E3 v4/Xeon D DMI2") },
    {
      at: "01.0",
      part: intel.port("6f02", "Xeon E7 v4/Xeon E5 v4/Xeon E3 v4/Xeon D PCI Express Root Port 1", { revision: 1 }),
      below: [
        { at: "00.0", part: { ...nics.i350, serves: "network" } },
        { at: "00.1", part: nics.i350 },
      ],
    },
    {
      at: "02.0",
      part: intel.port("6f04", "Xeon E7 v4/Xeon E5 v4/Xeon E3 v4/Xeon D PCI Express Root Port 2", { revision: 1 }),
      slot: 0,
    },
    {
      at: "03.0",
      part: intel.port("6f08", "Xeon E7 v4/Xeon E5 v4/Xeon E3 v4/Xeon D PCI Express Root Port 3", { revision: 1 }),
      below: [
        {
          at: "00.0",
          part: plx,
          acs: false,
          below: [
            { at: "08.0", part: plx, slot: 1 },
            { at: "10.0", part: plx, below: [{ at: "00.0", part: { ...disks.sas3008, serves: "disk" } }] },
          ],
        },
      ],
    },
    {
      at: "05.0",
      part: intel.system("6f28", "Xeon E7 v4/Xeon E5 v4/Xeon E3 v4/Xeon D Map/VTd_Misc/System Management"),
    },
    { at: "05.4", part: intel.system("6f2c", "Xeon E7 v4/Xeon E5 v4/Xeon E3 v4/Xeon D I/O APIC") },
    { at: "11.4", part: intel.sata("8d62", "C610/X99 series chipset sSATA Controller [AHCI mode]", { revision: 5 }) },
    { at: "14.0", part: intel.usb("8d31", "C610/X99 series chipset USB xHCI Host Controller", { revision: 5 }) },
    { at: "16.0", part: intel.management("8d3a", "C610/X99 series chipset MEI Controller #1", { revision: 5 }) },
    { at: "1a.0", part: intel.usb2("8d2d", "C610/X99 series chipset USB Enhanced Host Controller #2") },
    { at: "1b.0", part: intel.sound("8d20", "C610/X99 series chipset HD Audio Controller", { revision: 5 }) },
    { at: "1d.0", part: intel.usb2("8d26", "C610/X99 series chipset USB Enhanced Host Controller #1") },
    { at: "1f.0", part: intel.isa("8d44", "C610/X99 series chipset LPC Controller", { revision: 5 }) },
    {
      at: "1f.2",
      part: intel.sata("8d02", "C610/X99 series chipset 6-Port SATA Controller [AHCI mode]", { revision: 5 }),
    },
    { at: "1f.3", part: intel.smbus("8d22", "C610/X99 series chipset SMBus Controller", { revision: 5 }) },
  ],
};

/** A mini PC with 10 GbE, one half-height slot and graphics in the CPU. */
export const ms01: Board = {
  cpu: "Intel",
  console: "onboard",
  fitted: [
    { at: "00.0", part: intel.host("a706", "Raptor Lake-P/U 6p+8e cores Host Bridge") },
    { at: "01.0", part: intel.port("a70d", "Raptor Lake PCI Express 5.0 Graphics Port (PEG010)"), slot: 0, acs: false },
    { at: "02.0", part: intel.graphics("a7a0", "Raptor Lake-P [Iris Xe Graphics]") },
    {
      at: "06.0",
      part: intel.port("a74d", "Raptor Lake PCIe 4.0 Graphics Port"),
      below: [{ at: "00.0", part: { ...disks.samsung990, serves: "disk" } }],
    },
    {
      at: "06.2",
      part: intel.port("a73d", "Raptor Lake PCIe 4.0 Graphics Port"),
      below: [
        { at: "00.0", part: { ...nics.x710, serves: "network" } },
        { at: "00.1", part: nics.x710 },
      ],
    },
    { at: "0a.0", part: intel.thermal("a77d", "Raptor Lake Crashlog and Telemetry") },
    { at: "14.0", part: intel.usb("51ed", "Alder Lake PCH USB 3.2 xHCI Host Controller") },
    { at: "14.2", part: intel.memory("51ef", "Alder Lake PCH Shared SRAM") },
    { at: "16.0", part: intel.management("51e0", "Alder Lake PCH HECI Controller") },
    {
      at: "1c.0",
      part: intel.port("51bb", "Alder Lake PCI Express x1 Root Port #4"),
      below: [{ at: "00.0", part: nics.i226 }],
    },
    {
      at: "1d.0",
      part: intel.port("51b2", "Alder Lake PCI Express Root Port #11"),
      below: [{ at: "00.0", part: disks.samsung970 }],
    },
    ...pch("519d", "51ca", "51a3", "51a4", "Alder Lake PCH-P"),
  ],
};

/** The smallest: one graphics unit, and nowhere to put another. */
export const n100: Board = {
  cpu: "Intel",
  console: "onboard",
  fitted: [
    { at: "00.0", part: intel.host("461c", "Alder Lake-N Host Bridge") },
    { at: "02.0", part: intel.graphics("46d1", "Alder Lake-N [UHD Graphics]") },
    { at: "0d.0", part: intel.usb("464e", "Alder Lake-N Thunderbolt 4 USB Controller") },
    { at: "14.0", part: intel.usb("54ed", "Alder Lake-N PCH USB 3.2 xHCI Host Controller") },
    { at: "14.2", part: intel.memory("54ef", "Alder Lake-N PCH Shared SRAM") },
    { at: "16.0", part: intel.management("54e0", "Alder Lake-N PCH HECI Controller") },
    { at: "17.0", part: intel.sata("54d3", "Alder Lake-N SATA AHCI Controller") },
    {
      at: "1c.0",
      part: intel.port("54bb", "Alder Lake-N PCI Express Root Port"),
      below: [{ at: "00.0", part: { ...nics.i226, serves: "network" } }],
    },
    {
      at: "1d.0",
      part: intel.port("54b0", "Alder Lake-N PCI Express Root Port #9"),
      below: [{ at: "00.0", part: { ...disks.samsung970, serves: "disk" } }],
    },
    ...pch("5481", "54c8", "54a3", "54a4", "Alder Lake-N PCH"),
  ],
};

const lpc = "82801IB (ICH9) LPC Interface Controller";
const QEMU = { subsystem: "1af4:1100", revision: 2 };

/** A virtual machine: what a node is that says nothing of itself. */
export const q35: Board = {
  cpu: "Intel",
  console: "onboard",
  fitted: [
    { at: "00.0", part: virtual.host },
    { at: "01.0", part: virtual.vga },
    { at: "02.0", part: virtual.port, below: [{ at: "00.0", part: { ...virtual.net, serves: "network" } }] },
    { at: "02.1", part: virtual.port, below: [{ at: "00.0", part: { ...virtual.disk, serves: "disk" } }] },
    { at: "02.2", part: virtual.port, slot: 0 },
    { at: "02.3", part: virtual.port, slot: 1 },
    { at: "1f.0", part: intel.isa("2918", lpc, QEMU) },
    { at: "1f.2", part: intel.sata("2922", "82801IR/IO/IH (ICH9R/DO/DH) 6 port SATA Controller [AHCI mode]", QEMU) },
    { at: "1f.3", part: intel.smbus("2930", "82801I (ICH9 Family) SMBus Controller", QEMU) },
  ],
};
