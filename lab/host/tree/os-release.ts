import type { Release } from "../../schema/schema.ts";
import type { Entries } from "./entry.ts";

const DEBIAN = {
  "8.4": { number: "12", point: "12.11", code: "bookworm" },
  "9.2": { number: "13", point: "13.4", code: "trixie" },
} as const;

/** Which Debian a release stands on, where Debian says so. */
export function osRelease(release: Release): Entries {
  const { number, point, code } = DEBIAN[release];
  const text = `PRETTY_NAME="Debian GNU/Linux ${number} (${code})"
NAME="Debian GNU/Linux"
VERSION_ID="${number}"
VERSION="${number} (${code})"
VERSION_CODENAME=${code}
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`;
  return { "/etc/os-release": { text }, "/etc/debian_version": { text: `${point}\n` } };
}
