import type { Connection } from "../lab/connection.ts";
import type { State } from "../lab/state.ts";
import type { AnsibleHost } from "./ansible/ansible.ts";

/** How often a ground was asked for something. */
export interface Counts {
  /** Calls of an API, and programs over SSH. */
  readonly requests: number;
  /** Connections over SSH. */
  readonly connections: number;
}

/** What the contenders work on, in processes of its own, so that its work is nobody's of those who are measured. */
export interface Ground {
  /** Where its API is, if it has one. */
  readonly connection?: Connection;
  /** Its hosts as OpenSSH gets there, if Ansible is to work on them. */
  readonly hosts?: readonly AnsibleHost[];
  /** The keys of a stack config by which ours gets there, with so many of the subject. */
  config(size: number): Readonly<Record<string, unknown>>;
  /** Every file that counts, and what else lasts. */
  state(): Promise<State>;
  /** What is different from that state, a line each. */
  differencesFrom(state: State): Promise<readonly string[]>;
  /** Since it was last asked. */
  counts(): Promise<Counts>;
  close(): Promise<void>;
}

/** What a ground has to be like. */
export interface GroundWish {
  /** Of the subject, the most that are made at a time. */
  readonly most: number;
  /** Milliseconds. */
  readonly latency: number;
}
