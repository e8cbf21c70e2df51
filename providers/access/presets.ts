/** Whether a cluster still knows VM.Monitor, which 9 took apart. */
export type Major = 8 | 9;

const provisioning = [
  ...["VM.Allocate", "VM.Audit", "VM.Clone", "VM.PowerMgmt", "VM.Snapshot"],
  ...["VM.Config.CPU", "VM.Config.Disk", "VM.Config.Memory", "VM.Config.Network", "VM.Config.Options"],
  ...["Datastore.Allocate", "Datastore.AllocateSpace", "Pool.Allocate"],
  // Since 8 a bridge is used with a privilege of its own.
  "SDN.Use",
];
const building = [
  ...["VM.Allocate", "VM.Audit", "VM.Console", "VM.PowerMgmt"],
  ...["VM.Config.CDROM", "VM.Config.CPU", "VM.Config.Cloudinit", "VM.Config.Disk", "VM.Config.HWType"],
  ...["VM.Config.Memory", "VM.Config.Network", "VM.Config.Options"],
  ...["Datastore.AllocateSpace", "Datastore.AllocateTemplate", "Datastore.Audit", "SDN.Use"],
];
const auditing = ["Datastore.Audit", "Mapping.Audit", "Pool.Audit", "SDN.Audit", "Sys.Audit", "VM.Audit"];

/** What watches a guest from within: one privilege in 8, one of several in 9. */
const watching: Readonly<Record<Major, string>> = { 8: "VM.Monitor", 9: "VM.GuestAgent.Audit" };

/** Roles for what people make tokens for, each with the least that it needs. */
export const presets = {
  /** A guest that audits, snapshots and backs up itself; stop mode needs no VM.PowerMgmt. */
  "self-backup": () => ["Datastore.AllocateSpace", "Datastore.Audit", "VM.Audit", "VM.Backup", "VM.Snapshot"],
  /** A controller that makes, clones, changes and removes virtual machines. */
  "vm-provisioner": (major: Major) => [...provisioning, watching[major]],
  /** Sees all and changes nothing. */
  auditor: (major: Major) => (major === 8 ? auditing : [...auditing, "VM.GuestAgent.Audit"]),
  /** A Prometheus exporter. */
  exporter: () => ["Datastore.Audit", "Pool.Audit", "Sys.Audit", "VM.Audit"],
  /** A storage driver of Kubernetes that makes disks and hangs them into machines. */
  "csi-driver": () => [
    ...["Datastore.Allocate", "Datastore.AllocateSpace", "Datastore.Audit", "Sys.Audit"],
    ...["VM.Audit", "VM.Config.Disk"],
  ],
  /** Packer and the like: a machine is made, filled, and turned into a template. */
  "image-builder": (major: Major) => [...building, watching[major]],
  /** What this stack's own token needs for its token roles, on `/access` and wherever it grants. */
  "pulumi-tokens": () => ["Permissions.Modify", "Realm.AllocateUser", "Sys.Audit", "Sys.Modify", "User.Modify"],
} satisfies Readonly<Record<string, (major: Major) => readonly string[]>>;

export type Preset = keyof typeof presets;
