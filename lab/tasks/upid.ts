/** What the name of a task says of it. */
export interface TaskName {
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  readonly starttime: number;
  readonly type: string;
  readonly id: string;
  /** A user, or a token by its full id. */
  readonly holder: string;
}

const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, "0");

export const upidOf = ({ node, pid, pstart, starttime, type, id, holder }: TaskName): string =>
  `UPID:${node}:${hex(pid)}:${hex(pstart)}:${hex(starttime)}:${type}:${id}:${holder}:`;

const UPID =
  /^UPID:([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\s]+):([^:\s]*):([^:\s]+):$/;

/** Whether a text can be the name of a task at all. */
export const isUpid = (text: string): boolean => UPID.test(text);
