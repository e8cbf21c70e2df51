import type { Release } from "../schema/schema.ts";

/** The privileges of an area by who is to have them: `audit` sees, `user` uses, `admin` manages, `root` only Administrator. */
interface Area {
  readonly root?: readonly string[];
  readonly admin?: readonly string[];
  readonly user?: readonly string[];
  readonly audit?: readonly string[];
}

const everywhere: Readonly<Record<string, Area>> = {
  Sys: {
    root: ["Sys.PowerMgmt", "Sys.Modify", "Sys.Incoming", "Sys.AccessNetwork"],
    admin: ["Sys.Console", "Sys.Syslog"],
    audit: ["Sys.Audit"],
  },
  Datastore: {
    admin: ["Datastore.Allocate", "Datastore.AllocateTemplate"],
    user: ["Datastore.AllocateSpace"],
    audit: ["Datastore.Audit"],
  },
  SDN: { admin: ["SDN.Allocate", "SDN.Audit"], user: ["SDN.Use"], audit: ["SDN.Audit"] },
  User: { root: ["Realm.Allocate"], admin: ["User.Modify", "Group.Allocate", "Realm.AllocateUser"] },
  Pool: { admin: ["Pool.Allocate"], user: ["Pool.Audit"], audit: ["Pool.Audit"] },
  Mapping: { admin: ["Mapping.Modify"], user: ["Mapping.Use"], audit: ["Mapping.Audit"] },
};

const vmAdmin = ["Disk", "CPU", "Memory", "Network", "HWType", "Options"]
  .map((part) => `VM.Config.${part}`)
  .concat("VM.Allocate", "VM.Clone", "VM.Migrate", "VM.Snapshot", "VM.Snapshot.Rollback");
const vmUser = ["VM.Config.CDROM", "VM.Config.Cloudinit", "VM.Console", "VM.Backup", "VM.PowerMgmt"];

const machines: Readonly<Record<Release, Area>> = {
  "8.4": { admin: [...vmAdmin, "VM.Monitor"], user: vmUser, audit: ["VM.Audit"] },
  // 9 took VM.Monitor apart: what it allowed of the guest agent has privileges of its own.
  "9.2": {
    admin: [...vmAdmin, "VM.GuestAgent.Unrestricted", "VM.Replicate"],
    user: [...vmUser, "VM.GuestAgent.FileRead", "VM.GuestAgent.FileSystemMgmt", "VM.GuestAgent.FileWrite"],
    audit: ["VM.Audit", "VM.GuestAgent.Audit"],
  },
};

export type Privileges = ReadonlySet<string>;
export type Roles = ReadonlyMap<string, Privileges>;

const areasOf = (release: Release): [string, Area][] => [...Object.entries(everywhere), ["VM", machines[release]]];
const all = ({ root = [], admin = [], user = [], audit = [] }: Area) => [...root, ...admin, ...user, ...audit];

/** Every privilege that a release knows. */
export const privilegesOf = (release: Release): Privileges => known[release].privileges;

/** The roles that come with a release; they can be neither changed nor deleted. */
export const builtInRoles = (release: Release): Roles => known[release].roles;

function rolesOf(release: Release, privileges: Privileges): Roles {
  const areas = areasOf(release);
  const managed = areas.flatMap(([, { admin = [], user = [], audit = [] }]) => [...admin, ...user, ...audit]);
  const roles: [string, readonly string[]][] = [
    ["NoAccess", []],
    ["Administrator", [...privileges]],
    ["PVEAdmin", managed.filter((privilege) => privilege !== "Mapping.Modify")],
    ["PVEAuditor", areas.flatMap(([, { audit = [] }]) => audit)],
    ["PVETemplateUser", ["VM.Clone", "VM.Audit"]],
    ...areas.map(([area, { admin = [], user = [], audit = [] }]): [string, readonly string[]] => [
      `PVE${area}Admin`,
      [...admin, ...user, ...audit],
    ]),
    ...areas.flatMap(([area, { user = [], audit = [] }]): [string, readonly string[]][] =>
      user.length > 0 ? [[`PVE${area}User`, [...user, ...audit]]] : [],
    ),
  ];
  return new Map(roles.map(([name, privileges]) => [name, new Set(privileges)]));
}

/** Every call asks what somebody may: it is worked out once. */
function workedOut(release: Release): { readonly privileges: Privileges; readonly roles: Roles } {
  const privileges = new Set(["Permissions.Modify", ...areasOf(release).flatMap(([, area]) => all(area))]);
  return { privileges, roles: rolesOf(release, privileges) };
}

const known = { "8.4": workedOut("8.4"), "9.2": workedOut("9.2") } satisfies Record<Release, unknown>;
