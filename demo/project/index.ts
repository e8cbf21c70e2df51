// The program of the stacks that users have.
export * from "#stacks/index.ts";
