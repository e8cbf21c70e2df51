import { Trouble } from "#providers/core/trouble.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { hostPlan } from "#providers/host/host-plan.ts";
import { standingOn } from "#providers/host/standing-on-host.ts";
import { bootLoaderOf } from "#providers/passthrough/boot-loader.ts";
import { rebuildBy, rebuildsOf } from "#providers/passthrough/rebuilds.ts";
import { type Resource, resourcesOn } from "../facts/resources.ts";
import { editsOn } from "../facts/standing-edits.ts";
import { applied } from "../hosts/apply.ts";
import { ofEach, type Reached } from "../hosts/reach.ts";
import type { Outcome } from "../outcome.ts";

/** Takes what we manage of the kernel's command line out again; the rest stays, and its record with it. */
export async function restored(
  where: Parameters<typeof ofEach>[0] & { readonly json?: boolean | undefined },
): Promise<Outcome> {
  const answers = await ofEach(where, restoredOn);
  const code = answers.every((one) => "told" in one) ? 0 : 2;
  if (where.json)
    return {
      words: `${JSON.stringify({ hosts: Object.fromEntries(answers.map(({ host, ...rest }) => [host, rest])) }, null, 2)}\n`,
      code,
    };
  const words = answers.map((one) =>
    "told" in one
      ? `${one.host}\n${one.told.map((line) => `  ✔ ${line}\n`).join("")}`
      : `${one.host}\n  ✘ ${one.why}\n`,
  );
  return { words: words.join("\n"), code };
}

async function restoredOn({ name: where, host }: Reached): Promise<string[]> {
  const done: string[] = [];
  for (;;) {
    const facts = await host.facts();
    const resource = resourcesOn(facts).find(({ name }) => ownOf(facts, name).length > 0);
    if (resource === undefined) break;
    const paths = ownOf(facts, resource.name);
    const { rebuilds } = await applied(host, (now) => planWithout(paths, resource, now, where));
    done.push(`${paths.join(", ")}: as before ${resource.name}`, ...rebuilds.map((what) => `${what} rebuilt`));
  }
  if (done.length === 0) return ["nothing of pve-ops is on the kernel's command line"];
  return [...done, "this counts from its next start on; pulumi up --refresh shows it as drift, and puts it back"];
}

const ownOf = (facts: HostFacts, name: string): string[] => Object.keys(standingOn(facts, name)).filter(isForKernel);
const isForKernel = (path: string): boolean => rebuildsOf([path]).includes("boot-entries");

function planWithout(paths: readonly string[], resource: Resource, facts: HostFacts, where: string) {
  const loader = bootLoaderOf(facts);
  if (loader.is === "unknown")
    throw new Trouble({
      doing: `restoring the kernel's command line on ${where}`,
      came: `which boot loader it has cannot be told: ${loader.why}`,
      next: "Nothing was changed. See `proxmox-boot-tool status` there",
    });
  const edits = new Map([...editsOn(facts, resource)].filter(([path]) => !paths.includes(path)));
  const who = { name: resource.name, urn: resource.record?.urn ?? "" };
  return hostPlan({ who, facts, edits, force: true, rebuilds: rebuildsOf, rebuild: rebuildBy(loader) });
}
