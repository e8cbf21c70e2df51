import { expect } from "chai";
import type { HostFacts, PciDevice } from "#providers/host/host-facts.ts";
import type { Bound } from "#providers/host/journal.ts";
import { bindingOf, bindWords } from "#providers/passthrough/binding.ts";
import { bindSteps, unbindSteps } from "#providers/passthrough/by-hand.ts";
import { chosenDevices } from "#providers/passthrough/chosen-devices.ts";
import { Args } from "#providers/passthrough/vfio-host-config.args.ts";
import { devices, grouped, host } from "./host.ts";

const DEVICES = `
  0000:00:01.1 1022:1483 060400 pcieport   Bridge
  0000:01:00.0 10de:2204 030000 nouveau    RTX 3090
  0000:01:00.1 10de:1aef 040300 snd_hda_intel
  0000:02:00.0 10de:2204 030000 nouveau    RTX 3090
  0000:02:00.1 10de:1aef 040300 -
  0000:03:00.0 144d:a808 010802 nvme       SSD`;
const GROUPS = {
  14: ["0000:00:01.1", "0000:01:00.0", "0000:01:00.1", "0000:03:00.0"],
  15: ["0000:02:00.0", "0000:02:00.1"],
};
const ALL = grouped(devices(DEVICES), GROUPS);
const BOOT = host({}).bootId;

const on = (driver: string | undefined, ...slots: string[]): PciDevice[] =>
  ALL.map(({ driver: own, ...device }) => {
    const now = slots.some((slot) => device.address.startsWith(`0000:${slot}`)) ? driver : own;
    return { ...device, ...(now === undefined ? {} : { driver: now }) };
  });

/** A host on whose journal the resource `gpu` has bound something. */
const journaled = (bound: Bound, all: readonly PciDevice[] = ALL): HostFacts =>
  host({
    devices: all,
    files: { "/var/lib/pve-ops/resource-gpu.json": JSON.stringify({ urn: "urn", edits: {}, pending: [], bound }) },
  });

const had = (driver?: string, boot = BOOT) => ({ boot, ...(driver === undefined ? {} : { driver }) });
const HELD: Bound = { "0000:01:00.0": had("nouveau"), "0000:01:00.1": had("snd_hda_intel") };

const seen = (facts: HostFacts, args: object) => {
  const asked = Args.parse({ host: "pve1", persist: false, ...args });
  return { args: asked, seen: { host: facts, chosen: chosenDevices(asked, facts.devices) } };
};
const planned = (facts: HostFacts, ...slots: string[]) =>
  outcome(facts, { gpus: slots.map((address) => ({ address })) });
const outcome = (facts: HostFacts, more: object) => {
  const { args, seen: there } = seen(facts, more);
  const { after, steps } = bindingOf("gpu", args, there);
  const to = steps.map((step) => {
    if (step.do === "bind") return `bind ${step.addresses.join(" ")}`;
    return step.do === "release"
      ? `release ${step.devices.map(({ address, driver }) => `${address}=${driver ?? ""}`).join(" ")}`
      : step.do;
  });
  return { to, after };
};

describe("what is bound while a host runs", () => {
  it("is each slot by itself, and on record with the driver that it has, or with none", () => {
    expect(planned(host({ devices: ALL }), "01:00", "02:00")).deep.equals({
      to: ["bind 0000:01:00.0 0000:01:00.1", "bind 0000:02:00.0 0000:02:00.1"],
      after: { ...HELD, "0000:02:00.0": had("nouveau"), "0000:02:00.1": had() },
    });
  });

  it("is nothing where it is so already, by whomever: what others bound is not on record", () => {
    expect(planned(journaled(HELD, on("vfio-pci", "01:00")), "01:00")).deep.equals({ to: [], after: HELD });
    expect(planned(host({ devices: on("vfio-pci", "01:00") }), "01:00")).deep.equals({ to: [], after: {} });
  });

  it("goes on from between two drivers, and knows which one it was", () => {
    const between = journaled(HELD, on(undefined, "01:00"));
    expect(planned(between, "01:00")).deep.equals({ to: ["bind 0000:01:00.0 0000:01:00.1"], after: HELD });
  });

  it("is bound anew after another start, with the driver that it has then", () => {
    const stale = {
      "0000:01:00.0": had("nvidia", "the boot before"),
      "0000:01:00.1": had("vfio-pci", "the boot before"),
    };
    expect(planned(journaled(stale), "01:00").after).deep.equals(HELD);
    expect(outcome(journaled(stale), { mode: "off" })).deep.equals({ to: [], after: undefined });
  });

  it("is given back where it is wanted no more, and where the resource goes or is off", () => {
    const facts = journaled(HELD, on("vfio-pci", "01:00"));
    const back = "release 0000:01:00.0=nouveau 0000:01:00.1=snd_hda_intel";
    expect(planned(facts, "02:00").to).deep.equals([back, "bind 0000:02:00.0 0000:02:00.1"]);
    for (const mode of ["off", "rescue"])
      expect(outcome(facts, { mode, gpus: [{ address: "01:00" }] })).deep.equals({ to: [back], after: undefined });
  });

  it("stays as it is while files see to the next start, and is on record until then", () => {
    const args = { persist: true, gpus: [{ address: "01:00" }] };
    const held = outcome(journaled(HELD, on("vfio-pci", "01:00")), args);
    expect(held).deep.equals({ to: [], after: HELD });
    expect(outcome(host({ devices: ALL }), args)).deep.equals({ to: [], after: undefined });
  });

  it("is shown with the driver that it is taken from, and with the one that a destroy gives it back to", () => {
    const { args, seen: there } = seen(journaled(HELD, on("vfio-pci", "01:00.1")), { gpus: [{ address: "01:00" }] });
    expect(bindWords("gpu", args, there)).deep.equals({
      now: ["0000:01:00.0 from nouveau to vfio-pci"],
      onDelete: ["0000:01:00.0 from vfio-pci back to nouveau", "0000:01:00.1 from vfio-pci back to snd_hda_intel"],
    });
  });
});

describe("what an operator binds by hand", () => {
  it("is the whole slot, and what else is in its group is shown, but for bridges", () => {
    const { devices: slot, siblings, refusals, steps } = bindSteps(host({ devices: ALL }), "0000:01:00.1", "pve1");
    expect(slot.map(({ address }) => address)).deep.equals(["0000:01:00.0", "0000:01:00.1"]);
    expect(siblings.map(({ address }) => address)).deep.equals(["0000:03:00.0"]);
    expect(refusals).deep.equals([]);
    expect(steps).deep.equals([{ do: "bind", seconds: 20, addresses: ["0000:01:00.0", "0000:01:00.1"] }]);
  });

  const REFUSED: readonly (readonly [string, string, Parameters<typeof host>[0], RegExp])[] = [
    ["what is not there", "0000:09:00.0", {}, /^there is no device at 0000:09:00\.0/],
    ["a bridge", "0000:00:01.1", {}, /^there is no device at 0000:00:01\.1 that can be handed on/],
    [
      "what the host uses",
      "0000:03:00.0",
      { uses: { "0000:03:00.0": ["nvme0n1p3"] } },
      /SSD .* is what nvme0n1p3 of the/,
    ],
    ["anything while the IOMMU is off", "0000:01:00", { iommu: { on: false } }, /^the IOMMU is off/],
  ];
  for (const [what, address, facts, words] of REFUSED)
    it(`is not ${what}`, () => {
      const { refusals, steps } = bindSteps(host({ devices: ALL, ...facts }), address, "pve1");
      expect(refusals.join("; ")).matches(words);
      expect(steps).deep.equals([]);
    });

  it("goes back to the driver on record, or to the one that the kernel finds, and only from vfio-pci", () => {
    const facts = host({ devices: on("vfio-pci", "01:00") });
    const back = (bound: Bound) => unbindSteps(facts, "0000:01:00", bound).steps;
    expect(back({ "0000:01:00.0": had("nouveau"), "0000:01:00.1": had() })).deep.equals([
      {
        do: "release",
        seconds: 20,
        devices: [
          { address: "0000:01:00.0", driver: "nouveau" },
          { address: "0000:01:00.1", driver: undefined },
        ],
      },
    ]);
    expect(JSON.stringify(back({}))).includes('"driver":"any"');
    expect(unbindSteps(facts, "0000:02:00", {}).steps).deep.equals([]);
  });
});
