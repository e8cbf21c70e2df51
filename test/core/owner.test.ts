import { expect } from "chai";
import { nameOf, urnOf } from "#providers/core/owner.ts";

describe("an owner", () => {
  it("says the resource's name, which may hold slashes", () => {
    expect(nameOf("pve-ops/homelab/gpu")).to.equal("gpu");
    expect(nameOf("pve-ops/homelab/rack1/gpu")).to.equal("rack1/gpu");
  });

  it("says its URN, in a component or not", () => {
    const owner = "pve-ops/homelab/gpu";
    expect(urnOf("VfioHostConfig", { owner })).to.equal(
      "urn:pulumi:homelab::pve-ops::pulumi-nodejs:dynamic/pve:VfioHostConfig::gpu",
    );
    expect(urnOf("VfioHostConfig", { owner, within: "a:b:C$d:e:F" })).to.equal(
      "urn:pulumi:homelab::pve-ops::a:b:C$d:e:F$pulumi-nodejs:dynamic/pve:VfioHostConfig::gpu",
    );
  });
});
