import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { z } from "zod";
import { ApiTokenRole, BackupRetention, VfioHostConfig } from "../providers/schemas.ts";

const root = join(import.meta.dirname, "..");
const named = { name: z.string().min(1) };
const LISTS = z.looseObject({
  "pve-ops:vfio": z.array(VfioHostConfig.extend(named)).optional(),
  "pve-ops:tokens": z.array(ApiTokenRole.extend(named)).optional(),
  "pve-ops:backups": z.array(BackupRetention.extend(named)).optional(),
});

describe("the stack configs in the docs", () => {
  for (const page of ["README.md", ...globSync("docs/**/*.md", { cwd: root })]) {
    const blocks = [...readFileSync(join(root, page), "utf8").matchAll(/^```yaml\n([\s\S]*?)^```$/gm)];
    const configs = blocks.map(([, text = ""]) => text).filter((text) => text.includes("pve-ops:"));
    if (configs.length > 0)
      it(`${page} declares what the resources take`, () => {
        for (const text of configs) {
          const { config, ...rest } = parse(text);
          const told = LISTS.safeParse(config ?? rest);
          expect(told.error?.issues, text).to.equal(undefined);
        }
      });
  }
});
