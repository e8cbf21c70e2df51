import { isIPv4 } from "node:net";
import { idPair } from "./id-pair.ts";
import { isAddress, isAddress6, isDnsName } from "./network.ts";
import { type Holds, only, refuse, type Validator, type Validators, valid } from "./validator.ts";

export const identifier =
  (what: string): Validator =>
  (text) => {
    if (text.length < 2) refuse(`${what} ID '${text}' cannot be shorter than 2 characters`);
    if (!/^[a-z][a-z0-9\-_.]*[a-z0-9]$/i.test(text)) refuse(`${what} ID '${text}' contains illegal characters`);
  };

const CONTENTS = ["images", "rootdir", "vztmpl", "iso", "backup", "snippets", "none", "import"];
const content = only(
  (text) => CONTENTS.includes(text),
  (text) => `invalid content type '${text}'`,
);

/** `content=path`; no dot of the path may stand before another or at its end. */
function dirOverride(text: string): void {
  const [, type, path = ""] = /^([a-z]+)=(.+)$/s.exec(text) ?? [];
  const fits = type !== undefined && !path.includes("..") && !path.endsWith(".");
  if (fits) content(type);
  if (!fits || path.length >= 1023 || path.split("/").some((part) => part.length >= 255))
    refuse(`invalid override '${text}'`);
}

const isPortal: Holds = (text) => {
  const host = /^([A-Za-z0-9\-.]+)(?::\d+)?$/;
  const inBrackets = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1];
  if (inBrackets !== undefined)
    return isAddress6(inBrackets) || isIPv4(inBrackets) || /^[A-Za-z0-9\-.]+$/.test(inBrackets);
  return host.test(text) || isAddress6(text) || isAddress6(text.replace(/\.\d+$/, ""));
};

function zfsBlockSize(text: string): void {
  if (text === "") return;
  const [, digits, unit = ""] = /^([1-9][0-9]*)([km])?$/i.exec(text) ?? [];
  if (digits === undefined)
    refuse(
      `invalid ZFS blocksize format '${text}'. Use a positive number (no leading zeros) with an optional 'k' or 'm' suffix.`,
    );
  const size = Number(digits) * ({ k: 1024, m: 1024 ** 2 }[unit.toLowerCase()] ?? 1);
  if (size < 512 || size > 16 * 1024 ** 2 || !Number.isInteger(Math.log2(size)))
    refuse(
      `value '${text}' is not a valid ZFS blocksize. Must be a power of 2 between 512B and 16MiB (e.g., 4k, 8k, 16k, 64k, 1m).`,
    );
}

export const volumeId = only(/^[a-z][a-z0-9\-_.]*[a-z0-9]:.+$/i, (text) => `unable to parse volume ID '${text}'`);
const storageId = identifier("storage");

export const storageFormats: Validators = {
  "pve-storage-id": storageId,
  "storage-pair": idPair(storageId),
  "pve-storage-content": content,
  // PVE looks at the beginning of a path only, here and below.
  "pve-storage-path": valid("absolute path", /^\/[^;()]/),
  "pve-storage-path-in-property-string": only(
    /^\/[^;,=()]/,
    "Value does not look like a valid absolute path. These symbols are currently not allowed in path: ;,=()",
  ),
  "pve-storage-server": valid("server name or IP address", (text) => isAddress(text) || isDnsName(text)),
  "pve-storage-portal-dns": valid("portal address", isPortal),
  "pve-storage-vgname": only(
    /^[a-z0-9][a-z0-9\-_.]*[a-z0-9]$/i,
    (text) => `lvm name '${text}' contains illegal characters`,
  ),
  "pve-storage-options": only(/^\S+$/, (text) => `invalid options '${text}'`),
  "pve-storage-zfs-blocksize": zfsBlockSize,
  "pve-dir-override": dirOverride,
  "pve-volume-id": volumeId,
};
