/** What a storage of one type may say of itself. */
export interface StorageType {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Set when it is made, never changed; what is required is fixed as well. */
  readonly fixed?: readonly string[];
  readonly content: readonly string[];
  readonly defaultContent: readonly string[];
  /** Never told: kept apart from the file. */
  readonly secret?: readonly string[];
  /** The same on all nodes, without being told so. */
  readonly shared?: boolean;
  /** Where it is mounted if nothing is said. */
  readonly mounted?: boolean;
}

const FILES = ["images", "rootdir", "vztmpl", "iso", "backup", "snippets", "import"];
const VOLUMES = ["images", "rootdir"];
const everywhere = ["content", "disable", "nodes"];
const folders = ["content-dirs", "create-base-path", "create-subdirs", "format", "mkdir"];
const backups = ["max-protected-backups", "prune-backups"];
const images = ["bwlimit", "preallocation", "snapshot-as-volume-chain"];

/** The types that PVE knows, by name. */
export const storageTypes: Readonly<Record<string, StorageType>> = {
  dir: {
    required: ["path"],
    optional: [...everywhere, ...folders, ...backups, ...images, "is_mountpoint", "shared"],
    fixed: ["snapshot-as-volume-chain"],
    content: [...FILES, "none"],
    defaultContent: VOLUMES,
  },
  btrfs: {
    required: ["path"],
    optional: [
      ...everywhere,
      ...backups,
      ...["create-base-path", "create-subdirs", "format", "is_mountpoint", "mkdir", "nocow", "preallocation", "shared"],
    ],
    content: [...FILES, "none"],
    defaultContent: VOLUMES,
  },
  nfs: {
    required: ["export", "path", "server"],
    optional: [...everywhere, ...folders, ...backups, ...images, "options"],
    fixed: ["snapshot-as-volume-chain"],
    content: FILES,
    defaultContent: ["images"],
    shared: true,
    mounted: true,
  },
  cifs: {
    required: ["path", "server", "share"],
    optional: [
      ...everywhere,
      ...folders,
      ...backups,
      ...images,
      ...["domain", "options", "password", "smbversion", "subdir", "username"],
    ],
    fixed: ["snapshot-as-volume-chain"],
    content: FILES,
    defaultContent: ["images"],
    secret: ["password"],
    shared: true,
    mounted: true,
  },
  cephfs: {
    required: ["path"],
    optional: [
      ...everywhere,
      ...folders,
      ...backups,
      ...["bwlimit", "fs-name", "fuse", "keyring", "monhost", "options", "subdir", "username"],
    ],
    content: ["vztmpl", "iso", "backup", "snippets", "import"],
    defaultContent: ["backup"],
    secret: ["keyring"],
    shared: true,
    mounted: true,
  },
  rbd: {
    required: [],
    optional: [
      ...everywhere,
      ...["bwlimit", "data-pool", "keyring", "krbd", "monhost", "namespace", "pool", "username"],
    ],
    content: VOLUMES,
    defaultContent: ["images"],
    secret: ["keyring"],
    shared: true,
  },
  pbs: {
    required: ["datastore", "server"],
    optional: [
      ...everywhere,
      ...backups,
      ...["encryption-key", "fingerprint", "master-pubkey", "namespace", "password", "port", "username"],
    ],
    content: ["backup", "none"],
    defaultContent: ["backup"],
    secret: ["encryption-key", "master-pubkey", "password"],
    shared: true,
  },
  lvm: {
    required: ["vgname"],
    optional: [
      ...everywhere,
      ...["base", "bwlimit", "saferemove", "saferemove-stepsize", "saferemove_throughput", "shared"],
      ...["snapshot-as-volume-chain", "tagged_only"],
    ],
    fixed: ["base"],
    content: VOLUMES,
    defaultContent: ["images"],
  },
  lvmthin: {
    required: ["thinpool", "vgname"],
    optional: [...everywhere, "bwlimit"],
    content: VOLUMES,
    defaultContent: VOLUMES,
  },
  zfspool: {
    required: ["pool"],
    optional: [...everywhere, "blocksize", "bwlimit", "mountpoint", "sparse"],
    content: VOLUMES,
    defaultContent: VOLUMES,
  },
  zfs: {
    required: ["blocksize", "iscsiprovider", "pool", "portal", "target"],
    optional: [
      ...everywhere,
      ...["bwlimit", "comstar_hg", "comstar_tg", "lio_tpg", "nowritecache", "sparse", "zfs-base-path"],
    ],
    content: ["images"],
    defaultContent: ["images"],
    shared: true,
  },
  iscsi: {
    required: ["portal", "target"],
    optional: [...everywhere, "bwlimit"],
    content: ["images", "none"],
    defaultContent: ["images"],
    shared: true,
  },
  iscsidirect: {
    required: ["portal", "target"],
    optional: [...everywhere, "bwlimit"],
    content: ["images", "none"],
    defaultContent: ["images"],
    shared: true,
  },
  esxi: {
    required: ["server", "username"],
    optional: [...everywhere, "password", "port", "shared", "skip-cert-verification"],
    content: ["import"],
    defaultContent: ["import"],
    secret: ["password"],
    shared: true,
  },
};
