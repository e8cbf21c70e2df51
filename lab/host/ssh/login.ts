import type { Host } from "../host.ts";
import type { HostProcesses } from "../processes.ts";
import type { Account } from "./accounts.ts";
import type { Wire } from "./wire.ts";

/** Starts programs on hosts, or throws a sentence that says why it cannot. */
export type Programs = Pick<HostProcesses, "start">;

/** Somebody who is logged in on a host. */
export interface Login {
  readonly host: Host;
  readonly account: Account;
  readonly programs: Programs;
  readonly wire: Wire;
  /** Address and port of the client and of the host, as sshd tells them to programs. */
  readonly peers: string;
}
