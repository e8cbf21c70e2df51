import type { Machine } from "../machine.ts";
import { isSaid, lastOf, listed, type Parameter } from "./parameters.ts";

/** What the kernel makes of the machine's IOMMU. */
export interface Iommu {
  readonly on: boolean;
  readonly passthrough: boolean;
  readonly remapsInterrupts: boolean;
  readonly override: { readonly downstream: boolean; readonly multifunction: boolean };
}

/** From this kernel on, Intel's is on unless it is said to be off. */
const INTEL_ON_FROM = "6.8";

export function iommuOf(machine: Machine, kernel: string, parameters: readonly Parameter[]): Iommu {
  const said = listed(parameters, "iommu");
  const acs = listed(parameters, "pcie_acs_override");
  const on =
    machine.iommu &&
    !said.includes("off") &&
    (machine.cpu === "AMD" ? !isOffForAmd(parameters) : isOnForIntel(kernel, parameters));
  return {
    on,
    passthrough: on && (said.includes("pt") || lastOf(parameters, "iommu.passthrough") === "1"),
    remapsInterrupts:
      machine.iommu &&
      machine.interruptRemapping &&
      lastOf(parameters, "intremap") !== "off" &&
      !isSaid(parameters, "nointremap"),
    override: { downstream: acs.includes("downstream"), multifunction: acs.includes("multifunction") },
  };
}

const isOffForAmd = (parameters: readonly Parameter[]) => listed(parameters, "amd_iommu").includes("off");

/** Each word is one of its own, so the last of `on` and `off` counts. */
const isOnForIntel = (kernel: string, parameters: readonly Parameter[]) =>
  (listed(parameters, "intel_iommu").findLast((word) => word === "on" || word === "off") ??
    (kernel.localeCompare(INTEL_ON_FROM, "en", { numeric: true }) >= 0 ? "on" : "off")) === "on";
