import { backupsOn } from "./backups-on.ts";

backupsOn("9.2");
