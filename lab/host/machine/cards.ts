import type { Part } from "./part.ts";

/** What is put into a slot: its functions, behind bridges of its own where it has them. */
export interface Card {
  readonly functions: readonly Part[];
  /** From the slot inwards. */
  readonly bridges?: readonly Part[];
}

const NVIDIA = ["nvidiafb", "nouveau"];

const sound = (id: string, name: string, subsystem: string, isolated?: boolean): Part => ({
  id,
  name,
  class: "040300",
  subsystem,
  revision: 0xa1,
  modules: ["snd_hda_intel"],
  isolated,
});

/** With the sound function that every card since Fermi has. */
function nvidia(id: string, name: string, soundId: string, subsystem: string, ...more: readonly Part[]): Card {
  const chip = name.split(" ")[0];
  const gpu = { id: `10de:${id}`, name, class: "030000", subsystem, revision: 0xa1, modules: NVIDIA };
  return { functions: [gpu, sound(`10de:${soundId}`, `${chip} High Definition Audio Controller`, subsystem), ...more] };
}

/** The two functions behind the VirtualLink connector of the Turing cards. */
const virtualLink = (chip: string, usb: string, ucsi: string, subsystem: string): readonly Part[] => [
  {
    id: `10de:${usb}`,
    name: `${chip} USB 3.1 Host Controller`,
    class: "0c0330",
    subsystem,
    revision: 0xa1,
    modules: ["xhci_pci"],
  },
  {
    id: `10de:${ucsi}`,
    name: `${chip} USB Type-C UCSI Controller`,
    class: "0c8000",
    subsystem,
    revision: 0xa1,
    modules: ["i2c_nvidia_gpu"],
  },
];

interface Radeon {
  readonly id: string;
  readonly name: string;
  readonly revision: number;
  readonly sound: string;
  readonly soundName: string;
  readonly subsystem: string;
}

/** Up to Polaris: one slot, two functions. */
const polaris = ({ id, name, revision, sound: soundId, soundName, subsystem }: Radeon): Card => ({
  functions: [
    { id: `1002:${id}`, name, class: "030000", subsystem, revision, modules: ["amdgpu"] },
    { ...sound(`1002:${soundId}`, soundName, subsystem), revision: 0 },
  ],
});

const NAVI_BRIDGES: readonly Part[] = [
  { id: "1002:1478", name: "Navi 10 XL Upstream Port of PCI Express Switch", class: "060400", modules: ["pcieport"] },
  { id: "1002:1479", name: "Navi 10 XL Downstream Port of PCI Express Switch", class: "060400", modules: ["pcieport"] },
];

/** From Navi on: behind two bridges of its own, and its functions apart. */
function navi(radeon: Radeon): Card {
  const { functions } = polaris(radeon);
  const bridges = NAVI_BRIDGES.map((bridge) => ({ ...bridge, revision: radeon.revision }));
  return { bridges, functions: functions.map((part) => ({ ...part, isolated: true })) };
}

const ELLESMERE = {
  id: "67df",
  name: "Ellesmere [Radeon RX 470/480/570/570X/580/580X/590]",
  sound: "aaf0",
  soundName: "Ellesmere HDMI Audio [Radeon RX 470/480 / 570/580/590]",
};
const BAFFIN = {
  id: "67ff",
  name: "Baffin [Radeon RX 550 640SP / RX 560/560X]",
  sound: "aae0",
  soundName: "Baffin HDMI/DP Audio [Radeon RX 550 640SP / RX 560/560X]",
};
const NAVI_10 = {
  id: "731f",
  name: "Navi 10 [Radeon RX 5600 OEM/5600 XT / 5700/5700 XT]",
  sound: "ab38",
  soundName: "Navi 10 HDMI Audio",
};
const NAVI_21 = {
  id: "73bf",
  name: "Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]",
  sound: "ab28",
  soundName: "Navi 21/23 HDMI/DP Audio Controller",
};
const NAVI_31 = {
  id: "744c",
  name: "Navi 31 [Radeon RX 7900 XT/7900 XTX/7900 GRE/7900M]",
  sound: "ab30",
  soundName: "Navi 31 HDMI/DP Audio",
};

function arc(id: string, name: string, soundId: string, revision: number): Card {
  const bridge = (bridgeId: string, at: number): Part => ({
    id: `8086:${bridgeId}`,
    name: "Intel Arc PCI Express Switch",
    class: "060400",
    revision: at,
    modules: ["pcieport"],
  });
  const functions: Part[] = [
    { id: `8086:${id}`, name, class: "030000", subsystem: "8086:1020", revision, modules: ["i915", "xe"] },
  ];
  const audio: Part = { ...sound(`8086:${soundId}`, "DG2 Audio Controller", "8086:1020"), revision: 0 };
  return { bridges: [bridge("4fa1", 1), bridge("4fa4", 0)], functions: [...functions, audio] };
}

/** Graphics cards that can be put into a slot, by the name under which they are sold. */
export const cards: Readonly<Record<string, Card>> = {
  "GTX 1050 Ti": nvidia("1c82", "GP107 [GeForce GTX 1050 Ti]", "0fb9", "1458:3764"),
  "GTX 1060": nvidia("1c03", "GP106 [GeForce GTX 1060 6GB]", "10f1", "3842:6161"),
  "GTX 1070": nvidia("1b81", "GP104 [GeForce GTX 1070]", "10f0", "1462:3306"),
  "GTX 1080": nvidia("1b80", "GP104 [GeForce GTX 1080]", "10f0", "1043:8591"),
  "GTX 1080 Ti": nvidia("1b06", "GP102 [GeForce GTX 1080 Ti]", "10ef", "3842:6390"),
  "GTX 1650": nvidia("1f82", "TU117 [GeForce GTX 1650]", "10fa", "1458:3fcb"),
  "GTX 1660": nvidia(
    "2184",
    "TU116 [GeForce GTX 1660]",
    "1aeb",
    "1458:3ff6",
    ...virtualLink("TU116", "1aec", "1aed", "1458:3ff6"),
  ),
  "RTX 2060": nvidia(
    "1f08",
    "TU106 [GeForce RTX 2060 Rev. A]",
    "10f9",
    "1462:3752",
    ...virtualLink("TU106", "1ada", "1adb", "1462:3752"),
  ),
  "RTX 2080": nvidia(
    "1e87",
    "TU104 [GeForce RTX 2080 Rev. A]",
    "10f8",
    "3842:2182",
    ...virtualLink("TU104", "1ad8", "1ad9", "3842:2182"),
  ),
  "RTX 2080 Ti": nvidia(
    "1e07",
    "TU102 [GeForce RTX 2080 Ti Rev. A]",
    "10f7",
    "1043:866a",
    ...virtualLink("TU102", "1ad6", "1ad7", "1043:866a"),
  ),
  "RTX 3060": nvidia("2503", "GA106 [GeForce RTX 3060]", "228e", "1043:87f4"),
  "RTX 3070": nvidia("2484", "GA104 [GeForce RTX 3070]", "228b", "1462:3901"),
  "RTX 3080": nvidia("2206", "GA102 [GeForce RTX 3080]", "1aef", "3842:3895"),
  "RTX 3090": nvidia("2204", "GA102 [GeForce RTX 3090]", "1aef", "3842:3987"),
  "RTX 4060": nvidia("2882", "AD107 [GeForce RTX 4060]", "22be", "1458:4116"),
  "RTX 4060 Ti": nvidia("2803", "AD106 [GeForce RTX 4060 Ti]", "22bd", "1043:88f6"),
  "RTX 4070": nvidia("2786", "AD104 [GeForce RTX 4070]", "22bc", "1458:40ee"),
  "RTX 4080": nvidia("2704", "AD103 [GeForce RTX 4080]", "22bb", "1462:5110"),
  "RTX 4090": nvidia("2684", "AD102 [GeForce RTX 4090]", "22ba", "1043:88e2"),
  "RX 470": polaris({ ...ELLESMERE, revision: 0xcf, subsystem: "1da2:e353" }),
  "RX 480": polaris({ ...ELLESMERE, revision: 0xc7, subsystem: "1002:0b37" }),
  "RX 560": polaris({ ...BAFFIN, revision: 0xcf, subsystem: "1da2:e348" }),
  "RX 570": polaris({ ...ELLESMERE, revision: 0xef, subsystem: "148c:2379" }),
  "RX 580": polaris({ ...ELLESMERE, revision: 0xe7, subsystem: "1da2:e366" }),
  "RX Vega 64": navi({
    id: "687f",
    name: "Vega 10 XL/XT [Radeon RX Vega 56/64]",
    sound: "aaf8",
    soundName: "Vega 10 HDMI Audio [Radeon Vega 56/64]",
    revision: 0xc1,
    subsystem: "1002:0b36",
  }),
  "RX 5700": navi({ ...NAVI_10, revision: 0xc4, subsystem: "1da2:e410" }),
  "RX 5700 XT": navi({ ...NAVI_10, revision: 0xc1, subsystem: "1682:5701" }),
  "RX 6600": navi({
    id: "73ff",
    name: "Navi 23 [Radeon RX 6600/6600 XT/6600M]",
    sound: "ab28",
    soundName: "Navi 21/23 HDMI/DP Audio Controller",
    revision: 0xc7,
    subsystem: "148c:2412",
  }),
  "RX 6800": navi({ ...NAVI_21, revision: 0xc3, subsystem: "1da2:e438" }),
  "RX 6900 XT": navi({ ...NAVI_21, revision: 0xc0, subsystem: "1eae:6901" }),
  "RX 7800 XT": navi({
    id: "747e",
    name: "Navi 32 [Radeon RX 7700 XT / 7800 XT]",
    sound: "ab30",
    soundName: "Navi 31 HDMI/DP Audio",
    revision: 0xc8,
    subsystem: "148c:2427",
  }),
  "RX 7900 XT": navi({ ...NAVI_31, revision: 0xcc, subsystem: "1002:0e3b" }),
  "RX 7900 XTX": navi({ ...NAVI_31, revision: 0xc8, subsystem: "1da2:471e" }),
  "Arc A380": arc("56a5", "DG2 [Arc A380]", "4f92", 5),
  "Arc A770": arc("56a0", "DG2 [Arc A770]", "4f90", 8),
};
