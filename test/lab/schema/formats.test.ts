import { expect } from "chai";
import { check } from "../../../lab/schema/check.ts";
import { LET_THROUGH, validators } from "../../../lab/schema/formats.ts";
import { PROPERTY_STRINGS } from "../../../lab/schema/named-property-strings.ts";
import { apiOf } from "../../../lab/schema/schema.ts";

/** What PVE would say of a value of a format; nothing where it takes it. */
const saidOf = (format: string, text: string): string | undefined =>
  new Map(check({ it: text }, { type: "object", properties: { it: { type: "string", format } } }).entries()).get("it");

const MISSING = "property is missing and it is not optional";
const PEM = "-----BEGIN CERTIFICATE-----\nTUlJ\nQkE=\n-----END CERTIFICATE-----\n";

const bare = (format: string) => format.replace(/-(list|opt)$/, "");

/** Every name of a format that stands anywhere in what a method takes. */
function* formatNames(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value))
    if (key === "format" && typeof item === "string") yield bare(item);
    else yield* formatNames(item);
}

interface Rule {
  readonly format: string;
  readonly takes: readonly string[];
  /** By what is refused, PVE's words without their beginning and their line end. */
  readonly refuses: Readonly<Record<string, string>>;
}

const plain: readonly Rule[] = [
  { format: "urlencoded", takes: ["a%20b", ""], refuses: { "a b": "invalid urlencoded string: a b" } },
  {
    format: "pve-calendar-event",
    takes: [
      "daily",
      "dailyUTC",
      " mon..fri 02:30 ",
      "Sat 18:15",
      "5",
      "*/15",
      "*:0/5",
      "2026-*-1..7/2 4:00:30 UTC",
      "24:00",
    ],
    refuses: {
      " ": "invalid calendar event ' ' - unable to parse calendar event - event is empty\n",
      Daily: "invalid calendar event 'Daily' - unable to parse calendar event at 'Daily' - Context(\"weekday\")\n",
      "mon..x": "invalid calendar event 'mon..x' - unable to parse calendar event at '..x' - Nom(Eof)\n",
      "*-13-1": "invalid calendar event '*-13-1' - unable to parse calendar event at '-1' - Nom(Eof)\n",
      "*/0": "invalid calendar event '*/0' - unable to parse calendar event at '/0' - Nom(Eof)\n",
      "5..2":
        "invalid calendar event '5..2' - unable to parse calendar event at '5..2' - " +
        'Context("date or time specification")\n',
    },
  },
  { format: "pve-configid", takes: ["a1"], refuses: { "1a": "invalid configuration ID '1a'" } },
  {
    format: "pve-userid",
    takes: ["joe@pve"],
    refuses: {
      j: "user name 'j' is too short",
      [`${"j".repeat(61)}@pve`]: `user name '${"j".repeat(61)}@pve' is too long (65 > 64)`,
      joe: "value 'joe' does not look like a valid user name",
    },
  },
  {
    format: "pve-tokenid",
    takes: ["joe@pve!ci"],
    refuses: { "joe@pve": "value 'joe@pve' does not look like a valid token ID" },
  },
  { format: "pve-realm", takes: ["pve"], refuses: { "1": "value does not look like a valid realm" } },
  { format: "pve-groupid", takes: ["ops"], refuses: { "o:s": "group name 'o:s' contains invalid characters" } },
  { format: "pve-roleid", takes: ["Ops"], refuses: { "O:s": "role name 'O:s' contains invalid characters" } },
  {
    format: "pve-poolid",
    takes: ["a/b/c"],
    refuses: {
      "a/b/c/d": "pool name 'a/b/c/d' nested too deeply (max levels = 3)",
      "a b": "pool name 'a b' contains invalid characters",
    },
  },
  {
    format: "ldap-simple-attr",
    takes: ["uid"],
    refuses: { "u-id": "value 'u-id' does not look like a simple ldap attribute name" },
  },
  {
    format: "pve-storage-id",
    takes: ["local-zfs"],
    refuses: {
      a: "storage ID 'a' cannot be shorter than 2 characters",
      "1a": "storage ID '1a' contains illegal characters",
    },
  },
  { format: "acme-plugin-id", takes: ["dns"], refuses: { "-a": "ACME plugin ID '-a' contains illegal characters" } },
  { format: "pve-bridge-id", takes: ["vmbr0"], refuses: { "a/b": "invalid bridge ID 'a/b'" } },
  { format: "pve-vmid", takes: ["100"], refuses: { "99": "value does not look like a valid VM ID" } },
  { format: "pve-node", takes: ["pve1"], refuses: { "pve.1": "value does not look like a valid node name" } },
  {
    format: "mac-addr",
    takes: ["BC:24:11:00:00:01"],
    refuses: { "01:00:00:00:00:00": "value does not look like a valid unicast MAC address" },
  },
  { format: "ipv4", takes: ["10.0.0.1"], refuses: { "::1": "value does not look like a valid IPv4 address" } },
  { format: "ipv6", takes: ["::1"], refuses: { "10.0.0.1": "value does not look like a valid IPv6 address" } },
  {
    format: "CIDRv4",
    takes: ["10.0.0.1/8"],
    refuses: { "10.0.0.1/7": "value does not look like a valid IPv4 CIDR network" },
  },
  { format: "CIDRv6", takes: ["::/8"], refuses: { "::/129": "value does not look like a valid IPv6 CIDR network" } },
  {
    format: "CIDR",
    takes: ["10.0.0.0/8", "::/8"],
    refuses: { "10.0.0.0": "value does not look like a valid CIDR network" },
  },
  {
    format: "pve-ipv6-config",
    takes: ["auto", "dhcp", "manual", "::1/64"],
    refuses: { "::1": "value does not look like a valid ipv6 network configuration" },
  },
  {
    format: "email-or-username",
    takes: ["root", "a@b"],
    refuses: { "a b": "value does not look like a valid email address or user name" },
  },
  { format: "dns-name", takes: ["a.b"], refuses: { a_b: "value does not look like a valid DNS name" } },
  { format: "pve-iface", takes: ["eno1.5"], refuses: { "1a": "invalid network interface name '1a'" } },
  {
    format: "address",
    takes: ["a.b", "::1"],
    refuses: { "a b": "value does not look like a valid address: a b" },
  },
  {
    format: "disk-size",
    takes: ["8G", "1.5TiB"],
    refuses: { "8GB": "value does not look like a valid disk size: 8GB" },
  },
  {
    format: "pve-startup-order",
    takes: ["order=1,up=5", "2"],
    refuses: { first: "unable to parse startup options", "0": "unable to parse startup options" },
  },
  { format: "pve-tag-list", takes: ["a;b-c"], refuses: { "a;-b": "invalid characters in tag" } },
  { format: "pve-task-status-type-list", takes: ["ok,ERROR"], refuses: { done: "invalid status 'done'" } },
  {
    format: "pve-priv@8.4-list",
    takes: ["VM.Audit,VM.Monitor", "Permissions.Modify", ""],
    refuses: { "VM.Audit VM.Replicate": "invalid privilege 'VM.Replicate'" },
  },
  {
    format: "pve-priv@9.2-list",
    takes: ["VM.Audit,VM.Replicate", "Permissions.Modify", ""],
    refuses: { "VM.Audit VM.Monitor": "invalid privilege 'VM.Monitor'" },
  },
  {
    format: "pve-storage-content-list",
    takes: ["iso,vztmpl", "import", "none"],
    refuses: { "iso,films": "invalid content type 'films'" },
  },
  {
    format: "pve-storage-path",
    takes: ["/mnt/pve", "/a;b"],
    refuses: {
      "mnt/pve": "value does not look like a valid absolute path",
      "/": "value does not look like a valid absolute path",
    },
  },
  {
    format: "pve-storage-path-in-property-string",
    takes: ["/mnt/pve"],
    refuses: {
      "/=": "Value does not look like a valid absolute path. These symbols are currently not allowed in path: ;,=()",
    },
  },
  {
    format: "pve-storage-server",
    takes: ["10.0.0.1", "fe80::1", "nas.lan"],
    refuses: { "nas lan": "value does not look like a valid server name or IP address" },
  },
  {
    format: "pve-storage-portal-dns",
    takes: ["10.0.0.1:3260", "san.lan", "[fe80::1]:3260", "fe80::1", "fe80::1.3260", "[san]"],
    refuses: {
      "san/1": "value does not look like a valid portal address",
      "[fe80::x]": "value does not look like a valid portal address",
      "san:": "value does not look like a valid portal address",
    },
  },
  { format: "pve-storage-vgname", takes: ["vg-1"], refuses: { vg_: "lvm name 'vg_' contains illegal characters" } },
  { format: "pve-storage-options", takes: ["vers=4,soft"], refuses: { "a b": "invalid options 'a b'" } },
  {
    format: "pve-storage-zfs-blocksize",
    takes: ["", "512", "16k", "1M", "16m"],
    refuses: {
      "08k":
        "invalid ZFS blocksize format '08k'. Use a positive number (no leading zeros) with an optional 'k' or 'm' suffix.",
      "3k": "value '3k' is not a valid ZFS blocksize. Must be a power of 2 between 512B and 16MiB (e.g., 4k, 8k, 16k, 64k, 1m).",
      "32m":
        "value '32m' is not a valid ZFS blocksize. Must be a power of 2 between 512B and 16MiB (e.g., 4k, 8k, 16k, 64k, 1m).",
    },
  },
  {
    format: "pve-dir-override-list",
    takes: ["iso=my/isos,backup=dump.d"],
    refuses: {
      "iso=../up": "invalid override 'iso=../up'",
      "films=a": "invalid content type 'films'",
      [`iso=${"a".repeat(255)}`]: `invalid override 'iso=${"a".repeat(255)}'`,
    },
  },
  {
    format: "pve-volume-id",
    takes: ["local:iso/a.iso", "local:8"],
    refuses: { "8": "unable to parse volume ID '8'", "l:a": "unable to parse volume ID 'l:a'" },
  },
  {
    format: "pve-volume-id-or-qm-path",
    takes: ["none", "cdrom", "/dev/sda", "local:8"],
    refuses: { sda: "unable to parse volume ID 'sda'" },
  },
  {
    format: "pve-volume-id-or-absolute-path",
    takes: ["/tmp/disk.raw", "local:import/a.ova"],
    refuses: { none: "unable to parse volume ID 'none'" },
  },
  {
    format: "storage-pair-list",
    takes: ["local:fast,slow", "1"],
    refuses: {
      "a:fast": "entry 'a:fast' contains invalid ID - storage ID 'a' cannot be shorter than 2 characters\n\n",
    },
  },
  {
    format: "bridge-pair-list",
    takes: ["vmbr0:vmbr1", "1"],
    refuses: { "a/b": "entry 'a/b' contains invalid ID - invalid bridge ID 'a/b'\n\n" },
  },
  {
    format: "pve-cpuset",
    takes: ["0,5,8-11", " 1 ", ""],
    refuses: { "3-1": "unable to parse cpuset option", ",1": "unable to parse cpuset option" },
  },
  {
    format: "pve-hotplug-features",
    takes: ["0", "1", "network,disk;usb"],
    refuses: { "disk,gpu": "invalid hotplug feature 'gpu'" },
  },
  {
    format: "pve-phys-bits",
    takes: ["host", "8", "64"],
    refuses: { "7": "value must be an integer between 8 and 64 or 'host'" },
  },
  {
    format: "pve-qm-bootdisk",
    takes: ["scsi30", "efidisk0"],
    refuses: { scsi31: "invalid boot disk 'scsi31'", net0: "invalid boot disk 'net0'" },
  },
  {
    format: "pve-lxc-mp-string",
    takes: ["/mnt/data", "local:8"],
    refuses: {
      "/mnt/../etc": "/mnt/../etc contains illegal character sequences",
      "../etc": "../etc contains illegal character sequences",
    },
  },
  {
    format: "pve-lxc-dev-string",
    takes: ["/dev/net/tun"],
    refuses: {
      "/dev/..": "/dev/.. is not a valid device path",
      "/net/tun": "/net/tun is not a valid device path",
    },
  },
  {
    format: "pve-ct-timezone",
    takes: ["host", "UTC", "Europe/Vienna", "Asia/Kolkata"],
    refuses: { CET: "invalid time zone 'CET'" },
  },
  {
    format: "lxc-ip-with-ll-iface-list",
    takes: ["10.0.0.1 fe80::1%eth0", "fe80::1"],
    refuses: { "fd00::1%eth0": "value does not look like a valid IP address" },
  },
  {
    format: "ip",
    takes: ["fe80::1"],
    refuses: { "fe80::1%eth0": "value does not look like a valid IP address" },
  },
  {
    format: "ipv4mask",
    takes: ["255.255.255.0", "0.0.0.0", "255.255.255.255", "128.0.0.0"],
    refuses: { "255.0.255.0": "value does not look like a valid IP netmask" },
  },
  {
    format: "pve-ipv4-config",
    takes: ["dhcp", "manual", "10.0.0.1/24"],
    refuses: { auto: "value does not look like a valid ipv4 network configuration" },
  },
  {
    format: "pve-vlan-id-or-range-list",
    takes: ["2-4094", "5 7"],
    refuses: {
      "1": "invalid VLAN tag '1'",
      "7-5": "VLAN range must go from lower to higher tag '7-5'",
      all: "invalid VLAN configuration 'all'",
    },
  },
  {
    format: "mac-prefix",
    takes: ["BC:24:11", "bc:24:11:f", "02"],
    refuses: { "bd:24": "value is not a valid unicast MAC address prefix" },
  },
  {
    format: "email",
    takes: ["a.b+c@example.org"],
    refuses: { ".a@example.org": "value does not look like a valid email address" },
  },
  {
    format: "IPorCIDR",
    takes: ["10.0.0.1", "10.0.0.1/24", "fe80::1/64", "0.0.0.0/0"],
    refuses: {
      lan: "value does not look like a valid IP address or CIDR network",
      "10.0.0.0/33": "Prefix length 33 is longer than IP address (32)",
      "10.0.0.0/0": "Invalid prefix 00001010000000000000000000000000/0",
    },
  },
  {
    format: "IPorCIDRorAlias",
    takes: ["dc/lan", "lan", "10.0.0.0/8"],
    refuses: { "vm/lan": "value does not look like a valid IP address or CIDR network" },
  },
  {
    format: "pve-fw-addr-spec",
    takes: ["+dc/nas", "guest/lan", "10.0.0.1,10.1.0.0/16", "10.0.0.1-10.0.0.9", "::1", ""],
    refuses: {
      "10.0.0.1,": "extraneous commas in list",
      "10.0.0.1,::1": "detected mixed ipv4/ipv6 addresses in address list '10.0.0.1,::1'",
      "10.0.0.1,10.0.0.2-10.0.0.3": "you can't use a range in a list",
      "10.0.0.1/24": "invalid IP address: Invalid prefix 00001010000000000000000000000001/24",
      "10.0.0.400": "invalid IP address: Invalid quad in IP address 10.0.0.400 - 400",
      "10.0.0.9-10.0.0.1": "invalid IP address: Begin address is greater than End address 10.0.0.9 - 10.0.0.1",
      "a b": "invalid IP address: Invalid chars in IP a b",
      "fe80:1": "invalid IP address: Invalid number of octets fe80:1",
      [`+${"a".repeat(65)}`]: "ipset name too long",
      ["a".repeat(65)]: "alias name too long",
    },
  },
  {
    format: "pve-fw-sport-spec",
    takes: ["22", "80:90,ssh", "https", ""],
    refuses: {
      "70000": "invalid port '70000'",
      "90:80": "backwards range '90:80' not allowed, did you mean '80:90'?",
      "echo-request": "invalid port 'echo-request'",
      [Array(16).fill(1).join()]: "too many entries in port list (> 15 numbers)",
    },
  },
  {
    format: "pve-fw-dport-spec",
    takes: ["22", "echo-request"],
    refuses: { "22,echo-request": "ICMP ports not allowed in port range", "1,": "extraneous commas in list" },
  },
  {
    format: "pve-fw-protocol-spec",
    takes: ["tcp", "17", "icmpv6", "ipv6-icmp"],
    refuses: { tpc: "unknown protocol 'tpc'", TCP: "unknown protocol 'TCP'" },
  },
  {
    format: "pve-fw-icmp-type-spec",
    takes: ["echo-request", "any", "neighbour-solicitation", ""],
    refuses: { "8": "invalid icmp-type value '8'" },
  },
  {
    format: "pve-fw-conntrack-helper",
    takes: ["ftp,sip"],
    refuses: { "ftp,h323": "unknown helper h323 at /usr/share/perl5/PVE/Firewall.pm line 1167." },
  },
  {
    format: "pve-ha-resource-id-list",
    takes: ["vm:100,ct:101"],
    refuses: { "100": "value does not look like a valid ha resource id" },
  },
  {
    format: "pve-ha-resource-or-vm-id",
    takes: ["vm:100", "100"],
    refuses: { "vm100:": "value does not look like a valid ha resource id" },
  },
  {
    format: "pve-ha-node-list",
    takes: ["pve1:2,pve2"],
    refuses: { "pve1:x": "value does not look like a valid ha node" },
  },
  {
    format: "pve-ha-group-node-list",
    takes: ["pve1:2,pve2"],
    refuses: { "pve1:x": "value does not look like a valid ha group node" },
  },
  {
    format: "pve-replication-job-id",
    takes: ["100-0"],
    refuses: {
      "100": "invalid replication job id '100'",
      "99-0": "invalid replication job id '99-0' (guest IDs < 100 are reserved)",
    },
  },
  { format: "pve-day-of-week-list", takes: ["mon,sun"], refuses: { "mon,Tue": "invalid day 'Tue'" } },
  {
    format: "pve-acme-domain",
    takes: ["pve.example.org"],
    refuses: { pve: "value 'pve' does not look like a valid domain name!" },
  },
  {
    format: "pve-acme-alias",
    takes: ["_acme.example.org"],
    refuses: { "-a.org": "value '-a.org' does not look like a valid alias name!" },
  },
  {
    format: "pem-string",
    takes: [PEM, PEM.replaceAll("CERTIFICATE", "PRIVATE KEY"), `Certificate:\n${PEM}`],
    refuses: { key: "not a valid PEM-formatted string.", [PEM + PEM]: "not a valid PEM-formatted string." },
  },
  {
    format: "pem-certificate-chain",
    takes: [PEM, PEM + PEM, `${PEM}\n${PEM}`],
    refuses: { [PEM.replaceAll("CERTIFICATE", "PRIVATE KEY")]: "not a valid PEM-formatted string." },
  },
  {
    format: "graphite-path",
    takes: ["proxmox.lab"],
    refuses: { "proxmox/lab": "value does not look like a valid graphite path" },
  },
  {
    format: "pve-sdn-zone-id",
    takes: ["zone1"],
    refuses: {
      "zone-1": "zone ID 'zone-1' contains illegal characters",
      zone12345: "zone ID 'zone12345' can't be more length than 8 characters",
    },
  },
  { format: "pve-sdn-vnet-id", takes: ["vnet1"], refuses: { v: "vnet ID 'v' contains illegal characters" } },
  {
    format: "pve-sdn-controller-id",
    takes: ["evpn-1"],
    refuses: { "1a": "controller ID '1a' contains illegal characters" },
  },
  { format: "pve-sdn-dns-id", takes: ["dns1"], refuses: { "dns-1": "dns ID 'dns-1' contains illegal characters" } },
  { format: "pve-sdn-ipam-id", takes: ["ipam1"], refuses: { "i-1": "ipam ID 'i-1' contains illegal characters" } },
  {
    format: "pve-sdn-fabric-id",
    takes: ["fab-1"],
    refuses: { "-fab": "Fabric ID '-fab' contains illegal characters" },
  },
  {
    format: "pve-sdn-subnet-id",
    takes: ["10.0.0.0/24", "zone1-10.0.0.0-24", "zone1-fd00::-64"],
    refuses: { "zone1-10.0.0.0": "value does not look like a valid CIDR network" },
  },
  {
    format: "pve-sdn-isis-net",
    takes: ["47.0023.0000.0000.0000.0000.0000.0000.1900.0004.00"],
    refuses: { "47.00": "value does not look like a valid isis net" },
  },
  {
    format: "pve-sdn-bgp-rt-list",
    takes: ["65000:65000,0:4294967295"],
    refuses: { "65000:4294967296": "value does not look like a valid bgp route-target" },
  },
];

const inEnum = (text: string, ...words: readonly string[]) =>
  `value '${text}' does not have a value in the enumeration '${words.join(", ")}'`;
const unknownKey = (key: string) => `invalid key in comma-separated list property: ${key}`;
const wrongAt = (key: string, words: string) => `format error\nit.${key}: ${words}`;

const propertyStrings: readonly Rule[] = [
  {
    format: "pve-qm-hostpci",
    takes: ["0000:01:00.0;01:00.1,pcie=1,x-vga=on", "mapping=gpu,rombar=0,driver=keep"],
    refuses: {
      "01:0A": wrongAt("host", "value does not match the regex pattern"),
      "01:00,bus=1": unknownKey("bus"),
      "01:00,vendor-id=10de": wrongAt("vendor-id", "value does not match the regex pattern"),
    },
  },
  {
    format: "pve-qm-ide",
    takes: ["none", "local:iso/a.iso,media=cdrom", "volume=local:8,bps_rd_length=3"],
    refuses: {
      "local:8,ro=1": unknownKey("ro"),
      "media=cdrom": wrongAt("file", MISSING),
      sda: wrongAt("file", "invalid format - unable to parse volume ID 'sda'\n"),
    },
  },
  {
    format: "pve-qm-boot",
    takes: ["cdn", "order=scsi0;net31;usb13;hostpci15"],
    refuses: {
      "order=scsi0;net32": wrongAt("order", "invalid format - invalid boot device 'net32'\n"),
      "order=efidisk0": wrongAt("order", "invalid format - invalid boot device 'efidisk0'\n"),
      x: wrongAt("legacy", "value does not match the regex pattern"),
    },
  },
  {
    format: "pve-qm-cicustom",
    takes: ["user=local:snippets/u.yaml,vendor=local:snippets/v.yaml"],
    refuses: { "user=u.yaml": wrongAt("user", "invalid format - unable to parse volume ID 'u.yaml'\n") },
  },
  {
    format: "pve-qm-ipconfig",
    takes: ["ip=dhcp,ip6=auto", "ip=10.0.0.2/24,gw=10.0.0.1"],
    refuses: {
      "gw=10.0.0.1": wrongAt("ip", "missing property required by 'it.gw'"),
      "ip=10.0.0.2": wrongAt("ip", "invalid format - value does not look like a valid ipv4 network configuration\n"),
    },
  },
  {
    format: "pve-qm-rng",
    takes: ["/dev/urandom,max_bytes=1024", "source=/dev/hwrng"],
    refuses: {
      "max_bytes=1": wrongAt("source", MISSING),
      "/dev/zero": wrongAt("source", inEnum("/dev/zero", "/dev/urandom", "/dev/random", "/dev/hwrng")),
    },
  },
  {
    format: "pve-qm-smbios1",
    takes: ["uuid=00000000-0000-4000-8000-000000000000,serial=QUE=,base64=1"],
    refuses: { "uuid=1": wrongAt("uuid", "value does not match the regex pattern") },
  },
  {
    format: "pve-qm-watchdog",
    takes: ["i6300esb,action=reset", "action=none"],
    refuses: { dog: wrongAt("model", inEnum("dog", "i6300esb", "ib700")) },
  },
  {
    format: "pve-vm-cpu-conf",
    takes: ["host", "x86-64-v2-AES,flags=+aes;-pcid", "custom-mine,hidden=1,phys-bits=host", "cputype=EPYC"],
    refuses: {
      "hidden=1": "CPU is missing cputype",
      mine: "Built-in cputype 'mine' is not defined (missing 'custom-' prefix?)",
      "host,flags=+avx":
        "VM-specific CPU flags must be a subset of: aes, amd-no-ssb, amd-ssbd, hv-evmcs, hv-tlbflush, ibpb, md-clear, nested-virt, pcid, pdpe1gb, spec-ctrl, ssbd, virt-ssbd",
      "host,flags=aes": wrongAt("flags", "value does not match the regex pattern"),
      "host,reported-model=EPYC": "Property 'reported-model' not allowed in VM-specific CPU config.",
      "host,phys-bits=7": wrongAt(
        "phys-bits",
        "invalid format - value must be an integer between 8 and 64 or 'host'\n",
      ),
    },
  },
  {
    format: "pve-qemu-sev-fmt",
    takes: ["std,no-debug=1", "type=snp"],
    refuses: { "no-debug=1": wrongAt("type", MISSING) },
  },
  {
    format: "pve-qemu-tdx-fmt",
    takes: ["tdx,attestation=0"],
    refuses: { tdx: wrongAt("attestation", MISSING) },
  },
  {
    format: "prune-backups",
    takes: ["keep-all=1", "keep-all=1,keep-last=0", "keep-daily=7,keep-weekly=4", ""],
    refuses: {
      "keep-all=1,keep-last=3": "keep-all cannot be set together with other options.",
      "keep-last=-1": wrongAt("keep-last", "value must have a minimum value of 0"),
      "keep-forever=1": unknownKey("keep-forever"),
      "3": "value without key, but schema does not define a default key",
    },
  },
  {
    format: "backup-fleecing",
    takes: ["1,storage=local", "0", "enabled=off"],
    refuses: { "1": "'storage' parameter is required when 'enabled' is set" },
  },
  {
    format: "backup-performance",
    takes: ["max-workers=16,pbs-entries-max=1"],
    refuses: { "max-workers=257": wrongAt("max-workers", "value must have a maximum value of 256") },
  },
  {
    format: "realm-sync-options",
    takes: ["scope=users,remove-vanished=acl;entry", "remove-vanished=none,enable-new=1"],
    refuses: { "scope=all": wrongAt("scope", inEnum("all", "users", "groups", "both")) },
  },
  {
    format: "pve-tfa-config",
    takes: ["type=oath,digits=6,step=30"],
    refuses: {
      "digits=6": wrongAt("type", MISSING),
      "type=oath,step=9": wrongAt("step", "value must have a minimum value of 10"),
    },
  },
  {
    format: "pve-node-location",
    takes: ["name=Vienna,latitude=48.2,longitude=16.37"],
    refuses: { "latitude=91,longitude=0": wrongAt("latitude", "value must have a maximum value of 90") },
  },
  {
    format: "pve-sdn-dhcp-range",
    takes: ["start-address=10.0.0.10,end-address=10.0.0.20"],
    refuses: { "start-address=10.0.0.10": wrongAt("end-address", MISSING) },
  },
  {
    format: "proxmox-remote",
    takes: ["host=pve.lan,apitoken=PVEAPIToken=root@pam!t=secret,port=8006"],
    refuses: { "apitoken=a": wrongAt("host", MISSING) },
  },
];

const short = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);

for (const [what, rules] of [
  ["a value of the format", plain],
  ["a property string of the format", propertyStrings],
] as const)
  describe(what, () => {
    for (const { format, takes, refuses } of rules) {
      for (const text of takes)
        it(`${format} may be ${short(text)}`, () => expect(saidOf(format, text)).to.equal(undefined));
      for (const [text, words] of Object.entries(refuses))
        it(`${format} may not be ${short(text)}: ${short(words)}`, () =>
          expect(saidOf(format, text)).to.equal(`invalid format - ${words}\n`));
    }
  });

describe("the formats of all parameters", () => {
  const isChecked = (name: string) => Object.hasOwn(validators, name) || Object.hasOwn(PROPERTY_STRINGS, name);
  const parameters = (["8.4", "9.2"] as const).flatMap((release) =>
    Object.values(apiOf(release).paths).flatMap((verbs) => Object.values(verbs).map((method) => method.parameters)),
  );
  const used = new Set([...formatNames(parameters), ...formatNames(PROPERTY_STRINGS)]);

  it("are held to PVE's rules, or said to be let through", () =>
    expect([...used].filter((name) => !isChecked(name) && !LET_THROUGH.includes(name))).to.deep.equal([]));

  it("are let through only where a parameter has them and no rule does", () => {
    expect(LET_THROUGH).to.deep.equal(LET_THROUGH.toSorted());
    expect(LET_THROUGH.filter((name) => isChecked(name) || !used.has(name))).to.deep.equal([]);
  });

  it("are each tried with a value that is refused", () => {
    const within = ["string", "pve-qm-bootdev"]; // takes all; tried as a part of pve-qm-boot
    const tried = new Set([...within, ...[...plain, ...propertyStrings].map(({ format }) => bare(format))]);
    const all = [...Object.keys(validators), ...Object.keys(PROPERTY_STRINGS)];
    expect(all.filter((name) => !tried.has(name))).to.deep.equal([]);
  });
});
