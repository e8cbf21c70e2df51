import type { Lab } from "./lab.ts";

/** What one can ask of a lab while it runs, beside what it simulates. */
export interface AdminTask {
  readonly does: string;
  readonly run: (lab: Lab, body: unknown, name: string) => unknown;
}

/** An answer of the admin endpoint that is no success. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
