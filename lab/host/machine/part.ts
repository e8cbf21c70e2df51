/** A PCI function, wherever it is fitted. */
export interface Part {
  /** Vendor and device, like `10de:1b80`. */
  readonly id: string;
  /** As `pci.ids` names the device. */
  readonly name: string;
  /** Six hex digits, like `030000`. */
  readonly class: string;
  /** The vendor and device of whoever built it in. */
  readonly subsystem?: string | undefined;
  readonly revision?: number | undefined;
  /** The kernel modules that its modalias leads to, in the order in which they are asked. */
  readonly modules?: readonly string[] | undefined;
  /** Whether its peers in the slot are kept from it, so that it has an IOMMU group of its own. */
  readonly isolated?: boolean | undefined;
  /** What the host has by it, where it is built in for that. */
  readonly serves?: "disk" | "network" | undefined;
}

/** The PCI vendors whose parts are in the catalogue, as `pci.ids` names them. */
export const vendors: Readonly<Record<string, string>> = {
  "1000": "Broadcom / LSI",
  "1002": "Advanced Micro Devices, Inc. [AMD/ATI]",
  "1022": "Advanced Micro Devices, Inc. [AMD]",
  "1043": "ASUSTeK Computer Inc.",
  "1458": "Gigabyte Technology Co., Ltd",
  "1462": "Micro-Star International Co., Ltd. [MSI]",
  "1682": "XFX Limited",
  "1849": "ASRock Incorporation",
  "10b5": "PLX Technology, Inc.",
  "10de": "NVIDIA Corporation",
  "10ec": "Realtek Semiconductor Co., Ltd.",
  "144d": "Samsung Electronics Co Ltd",
  "148c": "Tul Corporation / PowerColor",
  "15b7": "Sandisk Corp",
  "15d9": "Super Micro Computer Inc",
  "1a03": "ASPEED Technology, Inc.",
  "1af4": "Red Hat, Inc.",
  "1b36": "Red Hat, Inc.",
  "1b4b": "Marvell Technology Group Ltd.",
  "1da2": "Sapphire Technology Limited",
  "1eae": "XFX Limited",
  "3842": "eVga.com. Corp.",
  "8086": "Intel Corporation",
};

/** The names of the classes, by their first four digits. */
export const classes: Readonly<Record<string, string>> = {
  "0100": "SCSI storage controller",
  "0106": "SATA controller",
  "0107": "Serial Attached SCSI controller",
  "0108": "Non-Volatile memory controller",
  "0200": "Ethernet controller",
  "0300": "VGA compatible controller",
  "0380": "Display controller",
  "0403": "Audio device",
  "0500": "RAM memory",
  "0600": "Host bridge",
  "0601": "ISA bridge",
  "0604": "PCI bridge",
  "0780": "Communication controller",
  "0806": "IOMMU",
  "0880": "System peripheral",
  "0c03": "USB controller",
  "0c05": "SMBus",
  "0c80": "Serial bus controller",
  "1080": "Encryption controller",
  "1180": "Signal processing controller",
};
