import type { Board } from "./board.ts";
import type { Fitted } from "./fitted.ts";
import { amd, bmc, disks, nics } from "./parts.ts";

const port = amd.port("1483", "Starship/Matisse GPP Bridge");
const dummy = amd.host("1482", "Starship/Matisse PCIe Dummy Host Bridge");
const inner = amd.port("1484", "Starship/Matisse Internal PCIe GPP Bridge 0 to bus[E:B]");
const reserved = amd.host("1485", "Starship/Matisse Reserved SPP", { revision: 0 });

const legacy: readonly Fitted[] = [
  { at: "14.0", part: amd.smbus("790b", "FCH SMBus Controller") },
  { at: "14.3", part: amd.isa("790e", "FCH LPC Bridge") },
];

/** The data fabric, of which a node shows eight functions; some are enough here. */
const fabric = (first: number, names: string): readonly Fitted[] =>
  [0, 1, 3].map((fn) => {
    const make = fn === 3 ? amd.monitored : amd.fabric;
    return {
      at: `18.${fn}`,
      part: make((first + fn).toString(16), `${names} Data Fabric: Device 18h; Function ${fn}`),
    };
  });

/** AM4 with two slots at the CPU and a chipset that keeps its devices apart. */
export const x570: Board = {
  cpu: "AMD",
  console: "slot",
  fitted: [
    { at: "00.0", part: amd.host("1480", "Starship/Matisse Root Complex") },
    { at: "00.2", part: amd.iommu("1481", "Starship/Matisse IOMMU") },
    { at: "01.0", part: dummy },
    {
      at: "01.1",
      part: port,
      below: [{ at: "00.0", part: { ...disks.samsung970, serves: "disk" } }],
    },
    {
      at: "01.2",
      part: port,
      below: [
        {
          at: "00.0",
          part: amd.port("57ad", "Matisse Switch Upstream"),
          below: [
            {
              at: "05.0",
              part: amd.port("57a3", "Matisse PCIe GPP Bridge"),
              below: [{ at: "00.0", part: { ...nics.i211, serves: "network" } }],
            },
            {
              at: "08.0",
              part: amd.port("57a4", "Matisse PCIe GPP Bridge"),
              below: [
                { at: "00.0", part: reserved },
                { at: "00.1", part: amd.usb("149c", "Matisse USB 3.0 Host Controller") },
              ],
            },
            {
              at: "09.0",
              part: amd.port("57a4", "Matisse PCIe GPP Bridge"),
              below: [{ at: "00.0", part: amd.sata("7901", "FCH SATA Controller [AHCI mode]") }],
            },
          ],
        },
      ],
    },
    { at: "03.0", part: dummy },
    { at: "03.1", part: port, slot: 0 },
    { at: "03.2", part: port, slot: 1 },
    { at: "07.0", part: dummy },
    {
      at: "07.1",
      part: inner,
      below: [{ at: "00.0", part: amd.host("148a", "Starship/Matisse PCIe Dummy Function") }],
    },
    {
      at: "08.1",
      part: inner,
      below: [
        { at: "00.0", part: reserved },
        { at: "00.1", part: amd.crypto("1486", "Starship/Matisse Cryptographic Coprocessor PSPCPP") },
        { at: "00.3", part: amd.usb("149c", "Matisse USB 3.0 Host Controller") },
        { at: "00.4", part: amd.sound("1487", "Starship/Matisse HD Audio Controller") },
      ],
    },
    ...legacy,
    ...fabric(0x1440, "Matisse/Vermeer"),
  ],
};

const port600 = amd.port("43f5", "600 Series Chipset PCIe Switch Downstream Port", { revision: 1 });
const portAm5 = amd.port("14db", "Raphael/Granite Ridge GPP Bridge");

/** AM5 with graphics in the CPU, whose second slot shares a group with the network card and the SATA controller. */
export const b650: Board = {
  cpu: "AMD",
  console: "slot",
  fitted: [
    { at: "00.0", part: amd.host("14d8", "Raphael/Granite Ridge Root Complex") },
    { at: "00.2", part: amd.iommu("14d9", "Raphael/Granite Ridge IOMMU") },
    { at: "01.0", part: amd.host("14da", "Raphael/Granite Ridge Dummy Host Bridge") },
    { at: "01.1", part: portAm5, slot: 0 },
    { at: "01.2", part: portAm5, below: [{ at: "00.0", part: { ...disks.sn850x, serves: "disk" } }] },
    {
      at: "02.1",
      part: portAm5,
      acs: false,
      below: [
        {
          at: "00.0",
          part: amd.port("43f4", "600 Series Chipset PCIe Switch Upstream Port", { revision: 1 }),
          below: [
            { at: "00.0", part: port600, slot: 1 },
            { at: "08.0", part: port600, below: [{ at: "00.0", part: { ...nics.rtl8125, serves: "network" } }] },
            {
              at: "0c.0",
              part: port600,
              below: [{ at: "00.0", part: amd.usb("43f7", "600 Series Chipset USB 3.2 Controller", { revision: 1 }) }],
            },
            {
              at: "0d.0",
              part: port600,
              below: [{ at: "00.0", part: amd.sata("43f6", "600 Series Chipset SATA Controller", { revision: 1 }) }],
            },
          ],
        },
      ],
    },
    {
      at: "08.1",
      part: amd.port("14dd", "Raphael/Granite Ridge Internal GPP Bridge to Bus [C:A]"),
      below: [
        { at: "00.0", part: amd.graphics("164e", "Raphael", { revision: 0xc1, isolated: true }) },
        {
          at: "00.1",
          part: amd.graphicsSound("1640", "Radeon High Definition Audio Controller [Rembrandt/Strix]", {
            isolated: true,
          }),
        },
        { at: "00.2", part: amd.crypto("1649", "Family 19h PSP/CCP", { isolated: true }) },
        { at: "00.3", part: amd.usb("15b6", "Raphael/Granite Ridge USB 3.1 xHCI", { isolated: true }) },
        { at: "00.4", part: amd.usb("15b7", "Raphael/Granite Ridge USB 3.1 xHCI", { isolated: true }) },
        { at: "00.6", part: amd.sound("15e3", "Family 17h/19h/1ah HD Audio Controller", { isolated: true }) },
      ],
    },
    ...legacy.map((one) => ({ ...one, part: { ...one.part, revision: 0x71 } })),
    ...fabric(0x14e0, "Raphael/Granite Ridge"),
  ],
};

/** A server with a console of its own, four slots, and everything apart. */
export const rome: Board = {
  cpu: "AMD",
  console: "onboard",
  fitted: [
    { at: "00.0", part: amd.host("1480", "Starship/Matisse Root Complex") },
    { at: "00.2", part: amd.iommu("1481", "Starship/Matisse IOMMU") },
    { at: "01.0", part: dummy },
    { at: "01.1", part: port, slot: 0 },
    { at: "01.2", part: port, slot: 1 },
    { at: "03.0", part: dummy },
    { at: "03.1", part: port, slot: 2 },
    { at: "03.2", part: port, slot: 3 },
    { at: "03.3", part: port, below: [{ at: "00.0", part: { ...disks.sas3008, serves: "disk" } }] },
    {
      at: "03.4",
      part: port,
      below: [
        { at: "00.0", part: { ...nics.x550, serves: "network" } },
        { at: "00.1", part: nics.x550 },
      ],
    },
    { at: "03.5", part: port, below: [{ at: "00.0", part: bmc.bridge, below: [{ at: "00.0", part: bmc.graphics }] }] },
    {
      at: "07.1",
      part: inner,
      below: [{ at: "00.0", part: amd.host("148a", "Starship/Matisse PCIe Dummy Function") }],
    },
    {
      at: "08.1",
      part: inner,
      below: [
        { at: "00.0", part: reserved },
        { at: "00.1", part: amd.crypto("1486", "Starship/Matisse Cryptographic Coprocessor PSPCPP") },
        { at: "00.3", part: amd.usb("148c", "Starship USB 3.0 Host Controller") },
      ],
    },
    ...legacy,
    ...fabric(0x1490, "Starship"),
  ],
};

/** A small machine of one block: graphics, disk and network cannot be changed. */
export const strixHalo: Board = {
  cpu: "AMD",
  console: "onboard",
  fitted: [
    { at: "00.0", part: amd.host("1507", "Strix Halo Root Complex") },
    { at: "00.2", part: amd.iommu("1508", "Strix Halo IOMMU") },
    { at: "01.0", part: amd.host("1509", "Strix Halo Dummy Host Bridge") },
    {
      at: "02.1",
      part: amd.port("150a", "Strix Halo GPP Bridge"),
      below: [{ at: "00.0", part: { ...nics.rtl8125, serves: "network" } }],
    },
    {
      at: "02.4",
      part: amd.port("150a", "Strix Halo GPP Bridge"),
      below: [{ at: "00.0", part: { ...disks.samsung990, serves: "disk" } }],
    },
    {
      at: "08.1",
      part: amd.port("150b", "Strix Halo Internal GPP Bridge to Bus [C:A]"),
      below: [
        {
          at: "00.0",
          part: amd.graphics("1586", "Strix Halo [Radeon 8050S/8060S Graphics]", { revision: 0xc1, isolated: true }),
        },
        {
          at: "00.1",
          part: amd.graphicsSound("1640", "Radeon High Definition Audio Controller [Rembrandt/Strix]", {
            isolated: true,
          }),
        },
        { at: "00.4", part: amd.usb("1587", "Strix Halo USB 3.1 xHCI", { isolated: true }) },
      ],
    },
    ...legacy.map((one) => ({ ...one, part: { ...one.part, revision: 0x71 } })),
  ],
};
