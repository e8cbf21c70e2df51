import { parse } from "#providers/core/door.ts";
import type { Desired } from "#providers/core/kind.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { desired } from "#providers/passthrough/desired-vfio.ts";
import { type Facts, factsOf } from "#providers/passthrough/vfio-facts.ts";
import { Args } from "#providers/passthrough/vfio-host-config.args.ts";
import { devices, host } from "./host.ts";

export const WHO = { name: "gpu", urn: "urn:gpu" };
export const TOOLS = ["update-grub", "update-initramfs"];
export const GRUB = { "/etc/default/grub": 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX=""\n' };
export const MODPROBE = "/etc/modprobe.d/pve-ops-gpu.conf";
export const DROP_IN = "/etc/default/grub.d/zz-pve-ops-gpu.cfg";

export const NVIDIA = devices(`
0000:00:02.0 8086:a780 030000 i915 Intel Corporation Raptor Lake-S GT1 [UHD Graphics 770]
0000:01:00.0 10de:1e87 030000 nouveau NVIDIA Corporation TU104 [GeForce RTX 2080 Rev. A]
0000:01:00.1 10de:10f8 040300 snd_hda_intel NVIDIA Corporation TU104 HD Audio Controller
0000:01:00.2 10de:1ad8 0c0330 xhci_hcd NVIDIA Corporation TU104 USB 3.1 Host Controller
0000:01:00.3 10de:1ad9 0c8000 nvidia-gpu NVIDIA Corporation TU104 USB Type-C UCSI Controller
0000:02:00.0 144d:a80a 010802 nvme Samsung Electronics NVMe SSD Controller PM9A1`);
export const TWO_AMD = devices(`
0000:0a:00.0 1002:73bf 030000 amdgpu AMD Navi 21 [Radeon RX 6800]
0000:0a:00.1 1002:ab28 040300 snd_hda_intel AMD Navi 21 HDMI Audio
0000:0d:00.0 1002:67df 030000 amdgpu AMD Ellesmere [Radeon RX 470]
0000:0d:00.1 1002:aaf0 040300 snd_hda_intel AMD Ellesmere HDMI Audio`);
export const TWINS = devices(`
0000:01:00.0 10de:2204 030000 nouveau NVIDIA Corporation GA102 [GeForce RTX 3090]
0000:01:00.1 10de:1aef 040300 snd_hda_intel NVIDIA Corporation GA102 High Definition Audio
0000:41:00.0 10de:2204 030000 nouveau NVIDIA Corporation GA102 [GeForce RTX 3090]
0000:41:00.1 10de:1aef 040300 snd_hda_intel NVIDIA Corporation GA102 High Definition Audio
0000:00:1f.0 8086:7a04 060100 - Intel Corporation Z690 LPC
0000:00:1f.3 8086:7ad0 040300 snd_hda_intel Intel Corporation Alder Lake-S HD Audio
0000:00:1f.6 8086:1a1c 020000 e1000e Intel Corporation Ethernet Connection I219-V`);

/** The whole card of `NVIDIA`, and the first of `TWINS`. */
export const CARD = { gpus: [{ address: "01:00" }] };

type Given = Parameters<typeof host>[0];

/** A host of Intel's that GRUB boots, with a card of NVIDIA's. */
export const intel = (given: Given = {}): HostFacts =>
  host({ cpu: "GenuineIntel", programs: TOOLS, devices: NVIDIA, ...given, files: { ...GRUB, ...given.files } });

/** The same, booted by systemd-boot. */
export const zfs = (line = "root=ZFS=rpool/ROOT/pve-1 boot=zfs", given: Given = {}): HostFacts =>
  intel({
    firmware: "uefi",
    ...given,
    files: { "/etc/kernel/proxmox-boot-uuids": "5A2B-11C3\n", "/etc/kernel/cmdline": `${line}\n`, ...given.files },
    said: {
      "proxmox-boot-tool": "System currently booted with uefi\n5A2B-11C3 is configured with: uefi (versions: 7)\n",
    },
  });

/** What a program's args come to. */
export function argsOf(args: object): Args {
  const parsed = parse(Args, { host: "pve1", ...args });
  if (parsed.is !== "known") throw new Error(JSON.stringify(parsed));
  return parsed.args;
}

export const factsFor = (args: object, facts: HostFacts): Facts => factsOf(WHO, argsOf(args), facts);

/** What a resource with these args is to be on a host. */
export const asked = (args: object, facts = intel()): Desired => desired(WHO, argsOf(args), factsFor(args, facts));

/** Why it is refused. */
export const reasons = (...given: Parameters<typeof asked>): string[] =>
  asked(...given).refusals.map(({ property, reason }) => `${property}: ${reason}`);

/** The findings of a preview, by their codes. */
export const codes = (...given: Parameters<typeof asked>): string[] =>
  asked(...given)
    .findings()
    .map(({ code }) => code);

/** The words of the findings with that code. */
export const said = (code: string, ...given: Parameters<typeof asked>): string[] =>
  asked(...given)
    .findings()
    .filter((finding) => finding.code === code)
    .map(({ message }) => message);
