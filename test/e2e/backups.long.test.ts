import { backupsOn } from "./backups-on.ts";

backupsOn("8.4");
