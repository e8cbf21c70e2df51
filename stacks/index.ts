import { declareAll } from "./program.ts";

/** The resources of this version, by the name of their list in the stack config. */
const classes = {};

export const owners = declareAll(classes).map(({ urn }) => urn);
