/** A Pulumi engine: the folder that goes first on PATH. */
export interface Engine {
  readonly bin: string;
  readonly version: string;
  readonly from: "PATH" | "download" | "build" | "PVE_OPS_ENGINE";
}

/** One way to come by an engine: it, or why not. */
export type Attempt = { readonly engine: Engine } | { readonly why: string };

export const failed = (why: string): Attempt => ({ why });

/** Told what is being done while it takes long. */
export type Say = (text: string) => void;
