import type { Release } from "../../schema/schema.ts";
import type { Entries } from "./entry.ts";

const stanza = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("");

const proxmox = (uri: string, components: string): string =>
  stanza({
    Types: "deb",
    URIs: uri,
    Suites: "trixie",
    Components: components,
    "Signed-By": "/usr/share/keyrings/proxmox-archive-keyring.gpg",
  });

const debian = (uri: string, suites: string): string =>
  stanza({
    Types: "deb",
    URIs: uri,
    Suites: suites,
    Components: "main contrib non-free-firmware",
    "Signed-By": "/usr/share/keyrings/debian-archive-keyring.gpg",
  });

const OF: Readonly<Record<Release, Entries>> = {
  "8.4": {
    "/etc/apt/sources.list": {
      text: [
        "deb http://ftp.debian.org/debian bookworm main contrib\n",
        "deb http://ftp.debian.org/debian bookworm-updates main contrib\n",
        "# security updates",
        "deb http://security.debian.org bookworm-security main contrib\n",
      ].join("\n"),
    },
    "/etc/apt/sources.list.d/pve-enterprise.list": {
      text: "deb https://enterprise.proxmox.com/debian/pve bookworm pve-enterprise\n",
    },
    "/etc/apt/sources.list.d/ceph.list": {
      text: "# deb https://enterprise.proxmox.com/debian/ceph-quincy bookworm enterprise\n",
    },
  },
  "9.2": {
    "/etc/apt/sources.list.d/debian.sources": {
      text: [
        debian("http://deb.debian.org/debian/", "trixie trixie-updates"),
        debian("http://security.debian.org/debian-security/", "trixie-security"),
      ].join("\n"),
    },
    "/etc/apt/sources.list.d/pve-enterprise.sources": {
      text: proxmox("https://enterprise.proxmox.com/debian/pve", "pve-enterprise"),
    },
    "/etc/apt/sources.list.d/ceph.sources": {
      text: proxmox("https://enterprise.proxmox.com/debian/ceph-squid", "enterprise"),
    },
  },
};

/** Where a host of that release gets its packages, as it is installed. */
export const aptSources = (release: Release): Entries => OF[release];
