import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { z } from "zod";
import { desired } from "#providers/passthrough/desired-vfio.ts";
import { factsOf } from "#providers/passthrough/vfio-facts.ts";
import { ApiTokenRole, BackupRetention, VfioHostConfig } from "../providers/schemas.ts";
import { farmHost } from "../setup/generate/lab-host.ts";

const root = join(import.meta.dirname, "..");
const named = { name: z.string().min(1) };
const Config = z.looseObject({
  "pve-ops:vfio": z.array(VfioHostConfig.extend(named)).default([]),
  "pve-ops:tokens": z.array(ApiTokenRole.extend(named)).optional(),
  "pve-ops:backups": z.array(BackupRetention.extend(named)).optional(),
});

const textOf = (page: string) => readFileSync(join(root, page), "utf8");
const fenced = (text: string, language: string) =>
  [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].flatMap(([, is, inside = ""]) => (is === language ? [inside] : []));

/** The stack configs on a page. */
const configsOn = (page: string) =>
  fenced(textOf(page), "yaml")
    .filter((text) => text.includes("pve-ops:"))
    .map((text) => {
      const { config, ...rest } = parse(text);
      return { text, told: Config.safeParse(config ?? rest) };
    });

describe("the stack configs in the docs", () => {
  for (const page of ["README.md", ...globSync("docs/**/*.md", { cwd: root })]) {
    const configs = configsOn(page);
    if (configs.length === 0) continue;
    it(`${page} declares what the resources take`, () => {
      for (const { text, told } of configs) expect(told.error?.issues, text).to.equal(undefined);
    });
  }
});

describe("the guides", () => {
  for (const page of globSync("docs/guides/*.md", { cwd: root })) {
    const entries = configsOn(page).flatMap(({ told }) => told.data?.["pve-ops:vfio"] ?? []);
    const onFarm = entries.filter(({ host }) => host.startsWith("farm-"));
    if (onFarm.length === 0) continue;
    it(`${page} declares what no host of the farm refuses, and quotes what it then is to have`, () => {
      const files = onFarm.flatMap(({ name, ...args }) => {
        const who = { name, urn: "" };
        const { refusals, standing } = desired(who, args, factsOf(who, args, farmHost(args.host)));
        expect(refusals, name).to.deep.equal([]);
        return Object.values(standing.files).flatMap((text) => text.split("\n"));
      });
      const quoted = [...fenced(textOf(page), ""), ...fenced(textOf(page), "sh")].flatMap((text) => text.split("\n"));
      const ours = quoted.filter((line) => /^(?:options|softdep|blacklist|if is) |\/driver(?:_override|\])/.test(line));
      for (const line of ours) expect(files, page).to.include(line);
    });
  }
});
