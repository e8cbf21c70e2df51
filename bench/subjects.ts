import { backups } from "./backup-jobs.ts";
import { edits } from "./host-edits.ts";
import type { Subject, SubjectName } from "./subject.ts";
import { tokens } from "./token-roles.ts";
import { hosts } from "./vfio-hosts.ts";

export const SUBJECTS: Readonly<Record<SubjectName, Subject>> = { tokens, backups, hosts, edits };
