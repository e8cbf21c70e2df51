import { expect } from "chai";
import fc from "fast-check";
import { slotOf } from "#providers/passthrough/chosen-devices.ts";
import { argsOf, asked, CARD, factsFor, intel, MODPROBE, NVIDIA, reasons, TWINS } from "./asked.ts";

const chosen = (args: object, facts = intel()) =>
  factsFor(args, facts).chosen.devices.map(({ address }) => address.slice("0000:".length));

describe("of a card's slot", () => {
  it("all functions go, also where its address names one of them", () => {
    const all = ["01:00.0", "01:00.1", "01:00.2", "01:00.3"];
    expect(chosen(CARD)).deep.equals(all);
    expect(chosen({ gpus: [{ address: "01:00.1" }] })).deep.equals(all);
    expect(chosen({ gpus: [{ match: "RTX", functions: "all" }] })).deep.equals(all);
  });

  it("those go that are listed, however the card is named, and two lists for one slot are one", () => {
    for (const gpu of [{ address: "01:00.0" }, { ids: ["10de:1e87"] }, { match: "RTX 2080" }])
      expect(chosen({ gpus: [{ ...gpu, functions: [1, 0] }] })).deep.equals(["01:00.0", "01:00.1"]);
    const twice = { gpus: ["01:00.0", "01:00.2"].map((address, n) => ({ address, functions: [n * 2] })) };
    expect(chosen(twice)).deep.equals(["01:00.0", "01:00.2"]);
  });

  it("a number that it lacks is refused, with what there is", () => {
    expect(reasons({ gpus: [{ address: "01:00", functions: [0, 4, 5] }] })).deep.equals([
      "gpus[0].functions: pve1 has no 0000:01:00.4, 0000:01:00.5; that slot has 0000:01:00.0, 0000:01:00.1, 0000:01:00.2, 0000:01:00.3",
    ]);
  });

  it("what is left out is not in the files, and its driver waits for nothing", () => {
    const text = asked({ gpus: [{ address: "01:00", functions: [0, 1] }] }).standing.files[MODPROBE] ?? "";
    expect(text).includes("ids=10de:1e87,10de:10f8\n").and.not.includes("xhci");
  });

  it("a network card goes that is listed by its number, a bridge never", () => {
    const facts = intel({ devices: TWINS });
    const only = (...functions: number[]) => reasons({ gpus: [{ address: "00:1f", functions }] }, facts);
    expect(only(3)).deep.equals([]);
    expect(only(3, 6)).deep.equals([]);
    expect(only(0)).deep.equals([
      "host: pve1: 0000:00:1f.0 [8086:7a04] Intel Corporation Z690 LPC (a bridge) is in a slot that is chosen: choose another card",
    ]);
  });

  it("never anything beside what was asked for goes, whatever is asked", () => {
    const gpu = fc.record({
      address: fc.constantFrom("01:00", "01:00.2", "00:02.0", "02:00"),
      functions: fc.oneof(fc.constant("all"), fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { minLength: 1 })),
    });
    fc.assert(
      fc.property(fc.array(gpu), (gpus) => {
        const wanted = argsOf({ gpus }).gpus.flatMap((one) => ("address" in one ? [one] : []));
        const right = NVIDIA.filter(({ address }) =>
          wanted.some(
            ({ address: at, functions }) =>
              slotOf(at) === slotOf(address) && (functions === "all" || functions.includes(Number(address.at(-1)))),
          ),
        ).map(({ address }) => address.slice("0000:".length));
        expect(chosen({ gpus })).deep.equals(right);
      }),
    );
  });
});
