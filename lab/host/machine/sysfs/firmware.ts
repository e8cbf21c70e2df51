import type { Kernel } from "../kernel/kernel.ts";
import type { Machine } from "../machine.ts";
import type { SysFolder } from "./folder.ts";

const SECURE_BOOT = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
const TABLES = "/sys/firmware/acpi/tables";

/** Shows what the firmware hands on: its tables, and where it is UEFI. */
export function showFirmware(sys: SysFolder, { machine }: Kernel): void {
  sys.texts(TABLES, { FACP: table("FACP", []), APIC: table("APIC", []) });
  // Firmware whose VT-d or AMD-Vi is switched off has no such table.
  if (machine.iommu) sys.texts(TABLES, iommuTable(machine));
  if (machine.firmware === "bios") return;
  sys.texts("/sys/firmware/efi", { fw_platform_size: "64" });
  const slash = SECURE_BOOT.lastIndexOf("/");
  sys.texts(SECURE_BOOT.slice(0, slash), {
    [SECURE_BOOT.slice(slash + 1)]: Uint8Array.of(6, 0, 0, 0, Number(machine.secureBoot)),
  });
}

const ADDRESS_BITS = 39;
/** `DMAR`: its machine can remap interrupts. */
const INTR_REMAP = 1;
/** `IVRS`: a virtual address size of 48 bits. */
const IVINFO = [0x40, 0x30, 0x20, 0];

const iommuTable = ({ cpu, interruptRemapping }: Machine): Readonly<Record<string, Uint8Array>> =>
  cpu === "AMD"
    ? { IVRS: table("IVRS", [...IVINFO, 0, 0, 0, 0, 0, 0, 0, 0]) }
    : { DMAR: table("DMAR", [ADDRESS_BITS - 1, interruptRemapping ? INTR_REMAP : 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) };

/** A table with the header that all have, and the first of what is in it. */
function table(signature: string, body: readonly number[]): Uint8Array {
  const header = Buffer.alloc(36);
  header.write(signature, 0, "latin1");
  header.writeUInt32LE(header.length + body.length, 4);
  header.writeUInt8(1, 8);
  header.write("LAB   LABTABLE", 10, "latin1");
  return Buffer.concat([header, Uint8Array.from(body)]);
}
