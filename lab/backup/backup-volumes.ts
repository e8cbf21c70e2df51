import { isDrive, parseDrive } from "../guests/drives.ts";
import type { Guest } from "../guests/guest.ts";
import { asBoolean } from "../schema/property-string.ts";

/** A volume of a guest, and whether its backup holds it. */
export interface BackupVolume {
  readonly key: string;
  readonly volume: string;
  readonly included: boolean;
  readonly reason: string;
}

/** What a guest has that a backup could hold, in the order in which PVE goes through it. */
export function backupVolumes({ type, config: { values } }: Guest): BackupVolume[] {
  const isVolume = type === "qemu" ? isDrive : isMountPoint;
  return [...values]
    .filter(([key]) => isVolume(key))
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .flatMap(([key, text]) => {
      const { file, options } = parseDrive(text);
      if (type === "qemu" && options.includes("media=cdrom")) return [];
      const backup = options.find((option) => option.startsWith("backup="))?.slice("backup=".length);
      const said = backup === undefined ? undefined : asBoolean(backup) === "1";
      return [
        { key, volume: file, ...(type === "qemu" ? ofMachine(key, said, values) : ofContainer(key, said, file)) },
      ];
    });
}

const isMountPoint = (key: string): boolean => /^(?:rootfs|mp\d+)$/.test(key);

const KINDS = ["ide", "scsi", "virtio", "sata", "efidisk", "tpmstate", "rootfs", "mp"];
const rank = (key: string): number => KINDS.indexOf(key.replace(/\d+$/, "")) * 1000 + Number(/\d*$/.exec(key)?.[0]);

type Told = Pick<BackupVolume, "included" | "reason">;

function ofMachine(key: string, said: boolean | undefined, values: ReadonlyMap<string, string>): Told {
  if (key === "efidisk0" && values.get("bios") !== "ovmf")
    return { included: false, reason: "efidisk but no OVMF BIOS" };
  // PVE takes whatever is said for a no, here alone.
  return said === undefined ? { included: true, reason: "backup=yes" } : { included: said, reason: "backup=no" };
}

function ofContainer(key: string, said: boolean | undefined, file: string): Told {
  if (key === "rootfs") return { included: true, reason: "rootfs" };
  if (file.startsWith("/")) return { included: false, reason: "not a volume" };
  return said ? { included: true, reason: "enabled" } : { included: false, reason: "disabled" };
}
