import { forbidden } from "../api/api-error.ts";
import { type Call, must } from "../api/call.ts";
import { checkBridge } from "./bridges.ts";
import { newDisk, parseDrive } from "./drives.ts";
import type { GuestConfig } from "./guest.ts";
import { checkTags } from "./qemu-rights.ts";

/** Whether who asks may set a key of a container to a value, or take it out where there is none. */
export function checkContainer(
  call: Call,
  vmid: number,
  { values }: GuestConfig,
  key: string,
  value: string | undefined,
): void {
  if (call.holder === "root@pam") return;
  const at = `/vms/${vmid}`;
  if (/^(?:cores|cpuunits|cpulimit)$/.test(key)) must(call, at, "VM.Config.CPU");
  else if (/^(?:memory|swap)$/.test(key)) must(call, at, "VM.Config.Memory");
  else if (/^(?:net\d+|nameserver|searchdomain|hostname)$/.test(key)) {
    must(call, at, "VM.Config.Network");
    if (key.startsWith("net")) for (const one of [values.get(key), value]) checkBridge(call, one ?? "");
  } else if (/^(?:rootfs|mp\d+)$/.test(key)) checkMount(call, at, value);
  else if (/^dev\d+$/.test(key)) throw forbidden("configuring device passthrough is only allowed for root@pam");
  else if (key === "hookscript") throw forbidden("changing the hookscript is only allowed for root@pam");
  else if (key === "features") checkFeatures(call, at, values, value ?? "");
  else if (key === "tags") checkTags(call, vmid, values.get("tags") ?? "", value ?? "");
  else must(call, at, "VM.Config.Options");
}

function checkMount(call: Call, at: string, value: string | undefined): void {
  must(call, at, "VM.Config.Disk");
  if (value === undefined) return;
  const drive = parseDrive(value);
  const type = drive.file.startsWith("/dev/") ? "device" : drive.file.startsWith("/") ? "bind" : "volume";
  if (type !== "volume") throw forbidden(`mount point type ${type} is only allowed for root@pam`);
  const fresh = newDisk(drive);
  if (fresh) must(call, `/storage/${fresh.storage}`, "Datastore.AllocateSpace");
}

function checkFeatures(call: Call, at: string, values: ReadonlyMap<string, string>, value: string): void {
  if (values.get("unprivileged") !== "1")
    throw forbidden("changing feature flags for privileged container is only allowed for root@pam");
  const flags = (text: string) => new Set(text.split(",").filter((flag) => flag !== ""));
  const [before, after] = [flags(values.get("features") ?? ""), flags(value)];
  const changed = [...before, ...after].filter((flag) => before.has(flag) !== after.has(flag));
  if (changed.some((flag) => !flag.startsWith("nesting=")))
    throw forbidden("changing feature flags (except nesting) is only allowed for root@pam");
  if (changed.length > 0) must(call, at, "VM.Allocate");
}
