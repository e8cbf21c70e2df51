import { Trouble } from "#providers/core/trouble.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { hostPlan } from "#providers/host/host-plan.ts";
import { RESCUER, standingOn } from "#providers/host/standing-on-host.ts";
import { bootLoaderOf } from "#providers/passthrough/boot-loader.ts";
import { rebuildBy, rebuildsOf } from "#providers/passthrough/rebuilds.ts";
import { bad, type Check, type Diagnosis, good } from "../check.ts";
import { type Resource, resourcesOn } from "../facts/resources.ts";
import { editsOn } from "../facts/standing-edits.ts";
import { applied } from "../hosts/apply.ts";
import { orTrouble } from "../hosts/or-trouble.ts";
import type { Reached } from "../hosts/reach.ts";

/** Takes what we manage of the kernel's command line out again; the rest stays, and its record with it. */
export async function restored(reached: Reached): Promise<Diagnosis> {
  const done: Check[] = [];
  const trouble = await orTrouble(() => restoredOn(reached, done));
  return { checks: trouble ? [...done, bad(trouble.message, "the same command goes on from here")] : done };
}

async function restoredOn({ name: where, host }: Reached, done: Check[]): Promise<void> {
  for (;;) {
    const facts = await host.facts();
    const resource = resourcesOn(facts).find(({ name }) => ownOf(facts, name).length > 0);
    if (resource === undefined) break;
    const paths = ownOf(facts, resource.name);
    const { rebuilds } = await applied(host, (now) => planWithout(paths, resource, now, where));
    done.push(
      good(`${paths.join(", ")}: as before ${resource.name}`),
      ...rebuilds.map((what) => good(`${what} rebuilt`)),
    );
  }
  done.push(
    good(
      done.length === 0
        ? "nothing of pve-ops is on the kernel's command line"
        : "this counts from its next start on; pulumi up --refresh shows it as drift, and puts it back",
    ),
  );
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
  const who = { name: resource.name, urn: resource.record?.urn ?? RESCUER };
  return hostPlan({ who, facts, edits, force: true, rebuilds: rebuildsOf, rebuild: rebuildBy(loader) });
}
