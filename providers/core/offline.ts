import type { Config } from "./session.ts";

/** Whether the stack config says that nothing is to be reached: previews go by what is declared, or was seen last. */
export const isOffline = (config: Config): boolean => config("pve:offline") === "true";
