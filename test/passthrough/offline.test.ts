import { expect } from "chai";
import { lifecycle } from "#providers/core/lifecycle.ts";
import { Session } from "#providers/core/session.ts";
import { kind } from "#providers/passthrough/vfio-host-config.provider.ts";
import { failureOf } from "../support/failure.ts";
import { devices, host } from "./host.ts";

const DEVICES = `
  0000:00:02.0 8086:4680 030000 i915 Intel Corporation AlderLake-S GT1
  0000:01:00.0 10de:2504 030000 nouveau NVIDIA Corporation GA106 [GeForce RTX 3060]
  0000:01:00.1 10de:228e 040300 snd_hda_intel NVIDIA Corporation GA106 HD Audio`;
const FACTS = host({ programs: ["update-grub", "update-initramfs"], devices: devices(DEVICES) });
const ARGS = { host: "pve1", gpus: [{ match: "RTX 3060" }], owner: "proj/dev/gpu" };

describe("with pve:offline, where no host can be reached,", () => {
  const offline = (nodes: object) => {
    const config: Record<string, string> = { "pve:offline": "true", "pve:nodes": JSON.stringify(nodes) };
    const session = new Session(undefined);
    session.configure((key) => config[key]);
    return lifecycle(kind, session);
  };
  // There is no such address.
  const address = "0.0.0.0";

  it("a preview shows what it would write to a host by the facts that the stack config has of it", async () => {
    const provider = offline({ pve1: { address, facts: JSON.parse(JSON.stringify(FACTS)) } });
    const { inputs, failures } = await provider.check(undefined, ARGS);
    expect(failures).deep.equals([]);
    expect(JSON.stringify(inputs)).includes("options vfio-pci ids=10de:2504,10de:228e");
    expect((await failureOf(provider.create(inputs))).message).includes("pve:offline is set, so no host is touched");
  });

  it("a preview of something new on a host without facts is refused, and says how to get them", async () => {
    const { failures } = await offline({ pve1: { address } }).check(undefined, ARGS);
    expect(failures?.[0]?.reason).includes("pve-ops status --host pve1 --json");
  });

  it("facts that are none are refused by what is wrong with them", async () => {
    const { failures } = await offline({ pve1: { address, facts: { ...FACTS, cpu: 1 } } }).check(undefined, ARGS);
    expect(failures?.[0]?.reason).includes("pve:nodes.pve1.facts").and.includes("cpu: want");
  });

  it("what is in the state is shown as it was last seen where there are no facts", async () => {
    const seen = await offline({ pve1: { address, facts: FACTS } }).check(undefined, ARGS);
    const { inputs, failures } = await offline({ pve1: { address } }).check(seen.inputs, ARGS);
    expect(failures).deep.equals([]);
    expect(inputs?.files).deep.equals(seen.inputs?.files);
  });
});
