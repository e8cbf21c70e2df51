/** A card in a slot of its own, with its display at function 0 and its sound at function 1. */
export type Card = "amd" | "nvidia";

/** What a machine has beside its disk and its network. */
export interface Hardware {
  readonly iommu?: "intel" | "amd" | "none";
  /** In the order of their buses, from 01 on. */
  readonly cards?: readonly Card[];
  /** Whether it has a screen of its own, apart from the cards. */
  readonly screen?: boolean;
}

/** A device that QEMU cannot be told to show as what it is to be. */
export interface Disguise {
  readonly is: { readonly id: string; readonly class: number };
  readonly shows: { readonly id: string; readonly class: number };
  readonly times: number;
}

const PROCESSOR = { intel: "max,vendor=GenuineIntel", amd: "EPYC", none: "max,vendor=GenuineIntel" };
const IOMMU = {
  intel: ["-device", "intel-iommu,intremap=on,caching-mode=on"],
  amd: ["-device", "amd-iommu,intremap=on"],
  none: [],
};
/** 1002:5046 and 8086:2668 are QEMU's own, and the only ids of AMD's with which the guest's drivers come up. */
const FUNCTIONS: Readonly<Record<Card, readonly [string, string]>> = {
  amd: ["ati-vga,x-device-id=0x5046,model=rage128p", "intel-hda"],
  nvidia: ["bochs-display", "ich9-intel-hda"],
};
const NVIDIA: readonly Omit<Disguise, "times">[] = [
  { is: { id: "1234:1111", class: 0x038000 }, shows: { id: "10de:1b80", class: 0x030000 } },
  { is: { id: "8086:293e", class: 0x040300 }, shows: { id: "10de:10f0", class: 0x040300 } },
];

/** QEMU's arguments for it. Software emulation always: a /dev/kvm may be there, open, and bring no guest up. */
export function machineArguments({ iommu = "intel", cards = ["amd", "nvidia"], screen = false }: Hardware): string[] {
  return [
    ...["-accel", "tcg,thread=multi,tb-size=512", "-machine", "q35,kernel-irqchip=split"],
    ...["-cpu", PROCESSOR[iommu], "-smp", "2", "-m", "1024", ...IOMMU[iommu]],
    ...["-nodefaults", "-display", "none"],
    ...["-object", "rng-random,id=rng,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng"],
    ...(screen ? ["-device", "VGA"] : []),
    ...cards.flatMap(cardArguments),
  ];
}

function cardArguments(card: Card, n: number): string[] {
  const [display, sound] = FUNCTIONS[card];
  const port = `pcie-root-port,id=port${n},chassis=${n + 1},slot=${n + 1},addr=1c.${n},multifunction=on`;
  return [
    ...["-device", port],
    ...["-device", `${display},id=display${n},bus=port${n},addr=0.0,multifunction=on`],
    ...["-device", `${sound},id=sound${n},bus=port${n},addr=0.1`],
  ];
}

/** Which of its devices are shown as others. */
export function disguises({ cards = ["amd", "nvidia"] }: Hardware): Disguise[] {
  const times = cards.filter((card) => card === "nvidia").length;
  return times === 0 ? [] : NVIDIA.map((one) => ({ ...one, times }));
}
