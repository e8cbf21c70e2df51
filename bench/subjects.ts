import { backups } from "./backup-jobs.ts";
import type { Subject, SubjectName } from "./subject.ts";
import { tokens } from "./token-roles.ts";

export const SUBJECTS: Readonly<Record<SubjectName, Subject>> = { tokens, backups };
