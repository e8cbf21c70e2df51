import type { OnLab } from "./on-lab.ts";

/** A token that has just these rights, each with all below its path. */
export function tokenWith(lab: OnLab, rights: Readonly<Record<string, readonly string[]>>) {
  const { access, tokenSecrets } = lab.byHand;
  const auth = { id: "ops@pve!jobs", secret: "0b0f4b8e-5c1c-4a53-9d0c-3f6f9b3f4a11" };
  const tokens = new Map([["jobs", { privsep: false, expire: 0 }]]);
  access.users.set("ops@pve", { enable: true, expire: 0, tokens });
  tokenSecrets.set(auth.id, auth.secret);
  for (const [path, privileges] of Object.entries(rights)) {
    const role = `Ops${path.replaceAll("/", "-")}`;
    access.roles.set(role, new Set(privileges));
    access.acl.push({ path, kind: "user", id: "ops@pve", role, propagate: true });
  }
  return auth;
}
