// What stands in the lab's mount namespace where this machine's /sys was. Nothing there needs that one, and every
// host's namespace begins as a copy of this one.

export const STAGE = "/sys";
/** The file system of control files: a folder a host. */
export const CONTROL_FILES = `${STAGE}/controls`;
/** Programs of hosts that are scripts. */
export const SCRIPTS = `${STAGE}/scripts`;
/** Marks that take this machine's own tools out of sight. */
export const HIDDEN = `${STAGE}/hidden`;
/** Where a host that boots puts what it has over `/usr`. */
export const COMMANDS = `${STAGE}/commands`;
/** Where a host that boots keeps its own `/usr/local` for a moment. */
export const LOCAL = `${STAGE}/local`;
