import { keepsOff, type ModuleLine } from "../host/edit/modprobe.ts";
import type { HostFacts } from "../host/host-facts.ts";
import { rescuedDriversOf } from "./drivers.ts";
import { consolesOf } from "./headless.ts";
import { idsHandedOn } from "./vfio-ids.ts";

/** Whether a line of modprobe.d may keep a display dark of a host that is rescued. */
export function isDark(host: HostFacts): (line: ModuleLine) => boolean {
  const displays = consolesOf(host);
  const drivers = displays.flatMap(rescuedDriversOf);
  return (line) =>
    idsHandedOn(line).some((id) => displays.some((display) => display.id === id)) ||
    (keepsOff(line) && drivers.includes(line.name));
}
