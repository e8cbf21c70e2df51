import { BUILT_IN_MODELS, CPU_MODELS } from "./cpu-models.ts";
import { refuse } from "./formats/validator.ts";

type Values = Readonly<Record<string, string>>;

const CPU_FLAGS = [
  ...["aes", "amd-no-ssb", "amd-ssbd", "hv-evmcs", "hv-tlbflush", "ibpb", "md-clear", "nested-virt", "pcid"],
  ...["pdpe1gb", "spec-ctrl", "ssbd", "virt-ssbd"],
];
const isOfCpuFlags = new RegExp(`^[+-](${CPU_FLAGS.join("|")})(;[+-](${CPU_FLAGS.join("|")}))*$`);

function fleecing({ enabled, storage }: Values): void {
  if (enabled === "1" && storage === undefined) refuse("'storage' parameter is required when 'enabled' is set");
}

function prune({ "keep-all": all, ...others }: Values): void {
  if (all === "1" && Object.values(others).some((kept) => Number(kept) > 0))
    refuse("keep-all cannot be set together with other options.");
}

// Whether a custom model is there is not for a schema to know.
function cpu({ cputype, flags, "reported-model": reported }: Values): void {
  if (cputype === undefined || cputype === "0") refuse("CPU is missing cputype");
  if (!cputype.startsWith("custom-") && ![...CPU_MODELS, ...BUILT_IN_MODELS].includes(cputype))
    refuse(`Built-in cputype '${cputype}' is not defined (missing 'custom-' prefix?)`);
  if (flags !== undefined && !isOfCpuFlags.test(flags))
    refuse(`VM-specific CPU flags must be a subset of: ${CPU_FLAGS.join(", ")}`);
  if (reported !== undefined) refuse("Property 'reported-model' not allowed in VM-specific CPU config.");
}

/** What has to hold between the keys of a named property string once each of them fits. */
export const RULES: Readonly<Record<string, (values: Values) => void>> = {
  "backup-fleecing": fleecing,
  "prune-backups": prune,
  "pve-vm-cpu-conf": cpu,
};
