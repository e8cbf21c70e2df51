import { expect } from "chai";
import { BOARDS } from "../../../../lab/host/machine/boards.ts";
import { cards } from "../../../../lab/host/machine/cards.ts";
import { groupsOf, isDisplay } from "../../../../lab/host/machine/device.ts";
import { Hardware, machineOf } from "../../../../lab/host/machine/hardware.ts";
import { modules } from "../../../../lab/host/machine/modules.ts";
import { classes } from "../../../../lab/host/machine/part.ts";

const machine = (hardware: unknown) => machineOf(Hardware.parse(hardware));
const APART = { downstream: false, multifunction: false };

describe("the boards of the lab", () => {
  for (const board of BOARDS)
    it(`of ${board} have a disk, a network and a console, in groups of their own numbers`, () => {
      const { devices, bootVga } = machine({ board });
      expect(devices.filter(({ serves }) => serves === "disk")).to.have.length(1);
      expect(devices.filter(({ serves }) => serves === "network")).to.have.length(1);
      // Some have their console on a card alone.
      expect(devices.some(isDisplay)).to.equal(bootVga !== undefined);
      const addresses = devices.map(({ address }) => address);
      expect(new Set(addresses).size).to.equal(addresses.length);
      const groups = [...new Set(groupsOf(devices, APART).values())];
      expect(groups).to.deep.equal(groups.map((_, n) => n));
    });

  it("put a card behind its own bridges, each function where it belongs", () => {
    const { devices } = machine({ board: "x570", cards: ["", "RX 5700"] });
    const shown = devices.filter(({ slot }) => slot === 1).map(({ address, id }) => `${address} ${id}`);
    expect(shown).to.deep.equal([
      "0000:08:00.0 1002:1478",
      "0000:09:00.0 1002:1479",
      "0000:0a:00.0 1002:731f",
      "0000:0a:00.1 1002:ab38",
    ]);
  });

  it("show their first picture on what is built in, or on the first card", () => {
    expect(machine({ board: "z790", cards: ["RTX 3060"] }).bootVga).to.equal("0000:00:02.0");
    expect(machine({ board: "x570", cards: ["", "RTX 3060"] }).bootVga).to.equal("0000:08:00.0");
    expect(machine({ board: "x570" }).bootVga).to.equal(undefined);
  });

  it("have larger groups where a bridge keeps nothing apart, unless the kernel is told that it does", () => {
    const { devices } = machine({ board: "c612", cards: ["RTX 2080", "GTX 1660"] });
    const of = (override: typeof APART) => {
      const groups = groupsOf(devices, override);
      return [groups.get("0000:05:00.0"), groups.get("0000:06:00.0")];
    };
    const [card, disks] = of(APART);
    expect(card).to.equal(disks);
    const [cardAlone, disksAlone] = of({ downstream: true, multifunction: false });
    expect(cardAlone).not.to.equal(disksAlone);
  });
});

describe("the cards of the lab", () => {
  for (const [name, { functions }] of Object.entries(cards))
    it(`of ${name} are a display with sound, with drivers that there are`, () => {
      expect(functions.map((part) => part.class.slice(0, 4))).to.include.members(["0300", "0403"]);
      for (const part of functions) {
        expect(part.id).to.match(/^[0-9a-f]{4}:[0-9a-f]{4}$/);
        expect(classes).to.have.property(part.class.slice(0, 4));
        for (const module of part.modules ?? []) expect(modules).to.have.property(module);
      }
    });
});

describe("what a cluster file says of hardware", () => {
  const WRONG: Readonly<Record<string, readonly [object, RegExp]>> = {
    "a card that is not in the catalogue": [{ cards: ["Voodoo 2"] }, /there is no card 'Voodoo 2' here: .*GTX 1080/],
    "more cards than slots": [{ board: "n100", cards: ["GTX 1080"] }, /more cards than the board has slots/],
    "systemd-boot by BIOS": [{ boot: "systemd-boot", firmware: "bios" }, /systemd-boot needs UEFI/],
    "Secure Boot by BIOS": [{ firmware: "bios", secureBoot: true }, /Secure Boot needs UEFI/],
    "Secure Boot by systemd-boot": [{ boot: "systemd-boot", secureBoot: true }, /PVE starts by GRUB/],
  };
  for (const [what, [hardware, words]] of Object.entries(WRONG))
    it(`is refused with ${what}`, () => {
      expect(() => machine(hardware)).to.throw(words);
    });
});
