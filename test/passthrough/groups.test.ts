import { expect } from "chai";
import { asked, CARD, codes, intel, NVIDIA, reasons, said } from "./asked.ts";
import { devices, grouped } from "./host.ts";

const FUNCTIONS = ["0000:01:00.0", "0000:01:00.1", "0000:01:00.2", "0000:01:00.3"];
const BRIDGE = devices("0000:00:01.0 8086:a70d 060400 pcieport Intel Corporation Raptor Lake PEG");
const alone = grouped([...BRIDGE, ...NVIDIA], { 14: ["0000:00:01.0", ...FUNCTIONS], 15: ["0000:02:00.0"] });
const shared = grouped([...BRIDGE, ...NVIDIA], { 14: ["0000:00:01.0", ...FUNCTIONS, "0000:02:00.0"] });

describe("an IOMMU group of its own", () => {
  it("is fine, though the bridge above a card is in it", () => {
    const facts = intel({ devices: alone });
    expect(reasons(CARD, facts)).deep.equals([]);
    expect(codes(CARD, facts)).deep.equals(["next-boot"]);
  });
});

describe("an IOMMU group that a card shares", () => {
  const uses = { "0000:02:00.0": ["nvme0n1p2", "nvme0n1p3"] };

  it("is refused, with what would go along and what the host needs of it", () => {
    expect(reasons(CARD, intel({ devices: shared }))).deep.equals([
      "host: pve1: 0000:02:00.0 [144d:a80a] Samsung Electronics NVMe SSD Controller PM9A1 (a disk's controller), with nvme, " +
        "shares IOMMU group 14 with 0000:01:00.0, 0000:01:00.1, 0000:01:00.2, 0000:01:00.3: a guest gets all of a group or " +
        "nothing of it. Put the card into another slot, or list 0000:02:00.0 under allowSharedGroup and it goes along when a guest starts",
    ]);
    expect(reasons(CARD, intel({ devices: shared, uses }))[0]).includes(
      "(a disk's controller), with nvme, which the host uses for nvme0n1p2, nvme0n1p3, shares IOMMU group 14",
    );
  });

  it("is allowed device by device, or slot by slot, and then a preview says what it means", () => {
    for (const address of ["0000:02:00.0", "02:00.0", "02:00"]) {
      const args = { ...CARD, allowSharedGroup: [address] };
      expect(reasons(args, intel({ devices: shared }))).deep.equals([]);
      expect(said("shared-group", args, intel({ devices: shared }))[0])
        .includes("0000:02:00.0 [144d:a80a]")
        .and.includes("shares IOMMU group 14 with 0000:01:00.0")
        .and.includes("is with nvme: Proxmox VE takes it from the host, too, when a guest with that starts");
    }
  });

  it("is never allowed with what the host uses: a guest's start would take that away", () => {
    const args = { ...CARD, allowSharedGroup: ["02:00"] };
    expect(reasons(args, intel({ devices: shared, uses })).join()).includes(
      "which the host uses for nvme0n1p2, nvme0n1p3",
    );
  });

  it("says what goes along with a slot from a group of its own, unless it is asked for", () => {
    const apart = grouped([...BRIDGE, ...NVIDIA], {
      14: FUNCTIONS.filter((one) => !one.endsWith(".2")),
      16: ["0000:01:00.2"],
    });
    expect(said("goes-along", CARD, intel({ devices: apart })).join()).matches(
      /^pve1: 0000:01:00\.2 \[10de:1ad8\] .* with xhci_hcd, goes along with its slot/,
    );
    const all = { gpus: [{ address: "01:00", functions: [0, 1, 2, 3] }] };
    expect(codes(all, intel({ devices: apart }))).not.includes("goes-along");
    expect(codes(CARD, intel({ devices: alone }))).not.includes("goes-along");
  });

  it("says which containers use cards of the host, where one goes", () => {
    const facts = intel({ devices: alone, said: { containers: "105\n106\n" } });
    expect(said("containers", CARD, facts).join()).includes("containers 105, 106 use cards of the host");
    expect(codes({ gpus: [] }, facts)).not.includes("containers");
  });

  it("counts functions of the slot that stay with the host", () => {
    const refused = reasons({ gpus: [{ address: "01:00", functions: [0, 1] }] }, intel({ devices: alone }));
    expect(refused.map((reason) => /0000:01:00\.\d/.exec(reason)?.[0])).deep.equals(["0000:01:00.2", "0000:01:00.3"]);
  });

  it("is no leave to hand on what the host uses", () => {
    const args = { gpus: [{ address: "01:00" }, { address: "02:00.0" }], allowSharedGroup: ["02:00"] };
    expect(reasons(args, intel({ devices: shared, uses }))).deep.equals([
      "host: pve1: 0000:02:00.0 [144d:a80a] Samsung Electronics NVMe SSD Controller PM9A1 (a disk's controller) is what " +
        "nvme0n1p2, nvme0n1p3 of the host hangs on: it can never be handed on",
    ]);
  });

  for (const [what, gpu] of [
    ["its address", { address: "02:00.0" }],
    ["its ids", { ids: ["144d:a80a"] }],
    ["the number of its function", { address: "02:00", functions: [0] }],
  ] as const)
    it(`never goes with what the host uses, chosen by ${what}`, () => {
      expect(reasons({ gpus: [gpu] }, intel({ uses }))[0]).includes("it can never be handed on");
      expect(reasons({ gpus: [gpu] }, intel())).deep.equals([]);
    });
});

describe("allowing a device that shares no group", () => {
  it("is a slip of the pen", () => {
    const args = { ...CARD, allowSharedGroup: ["02:00.0", "03:00"] };
    expect(reasons(args, intel({ devices: shared }))).deep.equals([
      "allowSharedGroup[1]: pve1 has no 0000:03:00 in the IOMMU group of a chosen device; what shares one is 0000:02:00.0",
    ]);
    expect(reasons(args, intel({ devices: alone })).join()).includes("what shares one is no other device");
  });

  it("cannot be judged while the IOMMU is off, and a preview says that", () => {
    const facts = intel({ iommu: { on: false } });
    const args = { ...CARD, allowSharedGroup: ["03:00"] };
    expect(reasons(args, facts)).deep.equals([]);
    expect(codes(args, facts)).deep.equals(["next-boot", "groups-unknown"]);
    expect(
      asked({}, facts)
        .findings()
        .map(({ code }) => code),
    ).not.includes("groups-unknown");
  });
});
