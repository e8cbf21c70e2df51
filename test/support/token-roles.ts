import type { Release } from "../../lab/schema/schema.ts";
import { kind } from "../../providers/access/api-token-role.provider.ts";
import { lifecycle } from "../../providers/core/lifecycle.ts";
import { OnLab } from "./on-lab.ts";

export const openTokenRoles = (release?: Release): Promise<OnLab> =>
  OnLab.open((session) => lifecycle(kind, session), release);
