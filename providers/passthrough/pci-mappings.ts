import type { HostFacts } from "../host/host-facts.ts";

/** The devices of the host that the cluster's mapping `name` stands for, as its file names them; unknown without that file. */
export function mappedTo({ said }: Pick<HostFacts, "said">, name: string): string[] | undefined {
  const { mappings, node } = said;
  if (mappings === undefined || node === undefined) return undefined;
  // A name begins its line, and what is indented below is its own; comments may stand anywhere.
  const sections = mappings.replaceAll(/^\s*#.*$/gm, "").split(/^(?=\S)/m);
  const section = sections.find((one) => one.split("\n", 1)[0]?.trimEnd() === name) ?? "";
  return [...section.matchAll(/^\s+map\s+(.*)$/gm)]
    .map(([, properties = ""]) => Object.fromEntries(properties.split(",").map((one) => one.trim().split("="))))
    .filter((there) => there["node"] === node.trim().split(".")[0])
    .flatMap(({ path = "" }) => path.split(";"));
}
