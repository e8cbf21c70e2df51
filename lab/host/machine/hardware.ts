import { z } from "zod";
import { BOARDS, type BoardName, boards } from "./boards.ts";
import { type Card, cards } from "./cards.ts";
import { type Device, isVga } from "./device.ts";
import { devicesOf } from "./fitted.ts";
import type { Machine } from "./machine.ts";

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

/** What a cluster file may say of a node's hardware. */
export const Hardware = z
  .strictObject({
    board: z
      .enum(BOARDS)
      .default("q35")
      .describe(`the main board, with its CPU and what is built in: ${listed(BOARDS)}`),
    cards: z
      .array(
        z.string().refine((name) => name === "" || Object.hasOwn(cards, name), {
          error: ({ input }) => `there is no card '${input}' here: ${listed(Object.keys(cards))}`,
        }),
      )
      .default([])
      .describe(
        `what is in its slots, in their order, with an empty text for an empty one: ${listed(Object.keys(cards))}`,
      ),
    boot: z
      .enum(["grub", "systemd-boot", "grub-esp"])
      .default("grub")
      .describe(
        "`grub` on ext4 on LVM; `systemd-boot` on ZFS, or `grub-esp`: GRUB on ZFS, both from ESPs that proxmox-boot-tool fills",
      ),
    firmware: z.enum(["bios", "uefi"]).default("uefi").describe("`uefi`, if it is not said, or `bios`"),
    secureBoot: z.boolean().default(false).describe("whether UEFI starts only what is signed"),
    iommu: z.boolean().default(true).describe("whether the firmware has VT-d or AMD-Vi switched on"),
    interruptRemapping: z.boolean().default(true).describe("whether the IOMMU keeps interrupts apart, too"),
  })
  .refine(({ boot, firmware }) => boot !== "systemd-boot" || firmware === "uefi", "systemd-boot needs UEFI")
  .refine(({ boot, secureBoot }) => boot !== "systemd-boot" || !secureBoot, "with Secure Boot PVE starts by GRUB")
  .refine(({ firmware, secureBoot }) => firmware === "uefi" || !secureBoot, "Secure Boot needs UEFI")
  .refine(
    ({ board, cards: fitted }) => fitted.length <= slotsOf(board),
    "there are more cards than the board has slots",
  );

export type Hardware = z.output<typeof Hardware>;

const slotsOf = (board: BoardName): number =>
  new Set(
    devicesOf(
      boards[board].fitted,
      Array.from({ length: 16 }, () => PROBE),
    ).flatMap(({ slot }) => slot ?? []),
  ).size;

const PROBE: Card = { functions: [{ id: "0000:0000", name: "", class: "000000" }] };

/** The machine that a node's hardware makes. */
export function machineOf({ board, cards: names, ...rest }: Hardware): Machine {
  const { cpu, console, fitted } = boards[board];
  const devices = devicesOf(
    fitted,
    names.map((name) => cards[name]),
  );
  return { ...rest, cpu, root: rest.boot === "grub" ? "ext4" : "zfs", devices, bootVga: bootVga(devices, console) };
}

/** The machine of a node that says nothing of its hardware. */
export const plainMachine = (): Machine => machineOf(Hardware.parse({}));

function bootVga(devices: readonly Device[], console: "onboard" | "slot"): string | undefined {
  const shown = devices.filter(isVga);
  const first = shown.find(({ slot }) => (slot === undefined) === (console === "onboard"));
  return (first ?? shown[0])?.address;
}
