import { isDisplay } from "../device.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { SysFolder } from "./folder.ts";
import { folderOf } from "./pci.ts";

const EFI_FRAME = "/sys/devices/platform/efi-framebuffer.0";
const VTCONSOLE = "/sys/class/vtconsole";

/** Shows the screens that have a driver of their own, and what the text console is drawn on. */
export function showScreens(sys: SysFolder, kernel: Kernel): void {
  const { machine, frame } = kernel;
  for (const folder of ["/sys/class/drm", "/sys/class/graphics", EFI_FRAME]) sys.remove(folder);
  for (const [n, device] of machine.devices.filter(isDisplay).entries()) {
    const folder = folderOf(machine, device);
    for (const use of ["drm", "graphics"]) sys.remove(`${folder}/${use}`);
    if (kernel.isNative(device)) showCard(sys, folder, n);
  }
  sys.folder("/sys/class/graphics");
  const device = machine.devices.find(({ address }) => address === frame?.address);
  if (frame && device) showFrame(sys, frame.by, frame.by === "efifb" ? EFI_FRAME : folderOf(machine, device));
  showConsoles(sys, kernel);
}

function showFrame(sys: SysFolder, by: string, holder: string): void {
  sys.texts(`${holder}/graphics/fb0`, { name: by === "efifb" ? "EFI VGA" : `${by}drmfb` });
  sys.link(`${holder}/graphics/fb0/device`, holder);
  sys.link("/sys/class/graphics/fb0", `${holder}/graphics/fb0`);
}

/** What the text console can be bound to: nothing or VGA, and the frame where there is one. */
function showConsoles(sys: SysFolder, { console, frame }: Kernel): void {
  const names = [
    console?.by === "vgacon" ? "(S) VGA+" : "(S) dummy device",
    ...(frame ? ["(M) frame buffer device"] : []),
  ];
  sys.remove(VTCONSOLE);
  for (const [n, name] of names.entries()) {
    const home = `/sys/devices/virtual/vtconsole/vtcon${n}`;
    sys.texts(home, { name });
    sys.control(`${home}/bind`, `${VTCONSOLE}/vtcon${n}/bind`);
    sys.link(`${VTCONSOLE}/vtcon${n}`, home);
  }
}

function showCard(sys: SysFolder, folder: string, number: number): void {
  const card = `card${number}`;
  sys.texts(`${folder}/drm/${card}`, { dev: `226:${number}` });
  sys.link(`${folder}/drm/${card}/device`, folder);
  sys.link(`/sys/class/drm/${card}`, `${folder}/drm/${card}`);
}
