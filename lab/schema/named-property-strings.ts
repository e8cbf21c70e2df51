// The property strings that the API's schema names without saying what is in them: of PVE's newest release. Where a
// release knows a key less (`driver` of a PCI device came with 9), it is taken by all.
import { CPU_MODELS } from "./cpu-models.ts";
import type { Properties, Schema } from "./schema.ts";

const text: Schema = { type: "string", optional: 1 };
const flag: Schema = { type: "boolean", optional: 1 };
const integer: Schema = { type: "integer", optional: 1 };
const number: Schema = { type: "number", optional: 1 };
const count: Schema = { ...integer, minimum: 0 };
const positive: Schema = { ...integer, minimum: 1 };
const volume: Schema = { ...text, format: "pve-volume-id" };
const base64: Schema = { ...text, pattern: "[A-Za-z0-9+\\/]+={0,2}" };
const hexId: Schema = { ...text, pattern: "^0x[0-9a-fA-F]{4}$" };
const oneOf = (...words: readonly string[]): Schema => ({ ...text, enum: words });
const byDefault = (schema: Schema): Schema => ({ ...schema, default_key: 1 });
const needed = ({ optional: _, ...schema }: Schema): Schema => schema;

const PCI_ADDRESS = "(?:[a-f0-9]{4,}:)?[a-f0-9]{2}:[a-f0-9]{2}(?:\\.[a-f0-9])?";
const CPU_FLAG = "[+-][a-zA-Z0-9\\-_.]+";
const VANISHED = "(?:acl|properties|entry)";

const drive: Properties = {
  volume: { alias: "file" },
  file: { type: "string", format: "pve-volume-id-or-qm-path", default_key: 1 },
  media: oneOf("cdrom", "disk"),
  snapshot: flag,
  cache: oneOf("none", "writethrough", "writeback", "unsafe", "directsync"),
  format: oneOf("raw", "qcow", "qed", "qcow2", "vmdk", "cloop"),
  size: { ...text, format: "disk-size" },
  backup: flag,
  replicate: flag,
  rerror: oneOf("ignore", "report", "stop"),
  werror: oneOf("enospc", "ignore", "report", "stop"),
  aio: oneOf("native", "threads", "io_uring"),
  discard: oneOf("ignore", "on"),
  detect_zeroes: flag,
  serial: { ...text, format: "urlencoded", maxLength: 60 },
  shared: flag,
  bps: integer,
  bps_rd: integer,
  bps_wr: integer,
  mbps: number,
  mbps_rd: number,
  mbps_wr: number,
  iops: integer,
  iops_rd: integer,
  iops_wr: integer,
  mbps_max: number,
  mbps_rd_max: number,
  mbps_wr_max: number,
  iops_max: integer,
  iops_rd_max: integer,
  iops_wr_max: integer,
  bps_max_length: positive,
  bps_rd_max_length: positive,
  bps_wr_max_length: positive,
  iops_max_length: positive,
  iops_rd_max_length: positive,
  iops_wr_max_length: positive,
  bps_rd_length: { alias: "bps_rd_max_length" },
  bps_wr_length: { alias: "bps_wr_max_length" },
  iops_rd_length: { alias: "iops_rd_max_length" },
  iops_wr_length: { alias: "iops_wr_max_length" },
};

const guest: Readonly<Record<string, Properties>> = {
  "pve-qm-ide": {
    ...drive,
    model: { ...text, format: "urlencoded", maxLength: 120 },
    ssd: flag,
    wwn: { ...text, pattern: "^(0x)[0-9a-fA-F]{16}" },
  },
  "pve-qm-boot": {
    legacy: byDefault({ ...text, pattern: "[acdn]{1,4}" }),
    order: { ...text, format: "pve-qm-bootdev-list" },
  },
  "pve-qm-cicustom": { meta: volume, network: volume, user: volume, vendor: volume },
  "pve-qm-hostpci": {
    host: byDefault({ ...text, pattern: `${PCI_ADDRESS}(;${PCI_ADDRESS})*` }),
    mapping: { ...text, format: "pve-configid" },
    rombar: flag,
    romfile: { ...text, pattern: "[^,;]+" },
    pcie: flag,
    "x-vga": flag,
    "legacy-igd": flag,
    mdev: { ...text, pattern: "[^/\\.:]+" },
    "vendor-id": hexId,
    "device-id": hexId,
    "sub-vendor-id": hexId,
    "sub-device-id": hexId,
    driver: oneOf("vfio", "keep"),
  },
  "pve-qm-ipconfig": {
    ip: { ...text, format: "pve-ipv4-config" },
    gw: { ...text, format: "ipv4", requires: "ip" },
    ip6: { ...text, format: "pve-ipv6-config" },
    gw6: { ...text, format: "ipv6", requires: "ip6" },
  },
  "pve-qm-rng": {
    source: byDefault(needed(oneOf("/dev/urandom", "/dev/random", "/dev/hwrng"))),
    max_bytes: integer,
    period: integer,
  },
  "pve-qm-smbios1": {
    uuid: { ...text, pattern: "[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}" },
    version: base64,
    serial: base64,
    manufacturer: base64,
    product: base64,
    sku: base64,
    family: base64,
    base64: flag,
  },
  "pve-qm-watchdog": {
    model: byDefault(oneOf("i6300esb", "ib700")),
    action: oneOf("reset", "shutdown", "poweroff", "pause", "debug", "none"),
  },
  "pve-vm-cpu-conf": {
    cputype: byDefault(text),
    "reported-model": oneOf(...CPU_MODELS),
    hidden: flag,
    "hv-vendor-id": { ...text, pattern: "[a-zA-Z0-9]{1,12}" },
    flags: { ...text, pattern: `${CPU_FLAG}(;${CPU_FLAG})*` },
    "guest-phys-bits": { ...integer, minimum: 32, maximum: 64 },
    "phys-bits": { ...text, format: "pve-phys-bits" },
    level: { ...count, maximum: 4294967295 },
  },
  "pve-qemu-sev-fmt": {
    type: { ...byDefault(needed(oneOf("std", "es", "snp"))), maxLength: 3 },
    "no-debug": flag,
    "no-key-sharing": flag,
    "allow-smt": flag,
    "kernel-hashes": flag,
  },
  "pve-qemu-tdx-fmt": {
    type: byDefault(needed(oneOf("tdx"))),
    attestation: needed(flag), // so it is, though it has a default
    "vsock-cid": { ...integer, minimum: 2 },
    "vsock-port": count,
  },
};

/** By the name of their format. */
export const PROPERTY_STRINGS: Readonly<Record<string, Properties>> = {
  ...guest,
  "prune-backups": {
    "keep-all": flag,
    "keep-last": count,
    "keep-hourly": count,
    "keep-daily": count,
    "keep-weekly": count,
    "keep-monthly": count,
    "keep-yearly": count,
  },
  "backup-fleecing": { enabled: byDefault(flag), storage: { ...text, format: "pve-storage-id" } },
  "backup-performance": {
    "max-workers": { ...positive, maximum: 256 },
    "pbs-entries-max": positive,
  },
  "realm-sync-options": {
    scope: oneOf("users", "groups", "both"),
    "remove-vanished": { ...text, pattern: `(?:(?:${VANISHED};)*${VANISHED})|none` },
    full: flag,
    "enable-new": flag,
    purge: flag,
  },
  "pve-tfa-config": {
    type: needed(oneOf("yubico", "oath")),
    id: text,
    key: text,
    url: text,
    digits: { ...integer, minimum: 6, maximum: 8 },
    step: { ...integer, minimum: 10 },
  },
  "pve-node-location": {
    name: { ...text, maxLength: 128 },
    latitude: { type: "number", minimum: -90, maximum: 90 },
    longitude: { type: "number", minimum: -180, maximum: 180 },
  },
  "pve-sdn-dhcp-range": { "start-address": { type: "ip" }, "end-address": { type: "ip" } },
  "proxmox-remote": {
    host: { type: "string" },
    port: integer,
    apitoken: { type: "string" },
    fingerprint: { ...text, pattern: "([A-Fa-f0-9]{2}:){31}[A-Fa-f0-9]{2}" },
  },
};
