import { backupVolumes } from "../../backup/backup-volumes.ts";
import { includedGuests } from "../../backup/included-guests.ts";
import { selectionOf } from "../../backup/job.ts";
import type { Guest } from "../../guests/guest.ts";
import { type Call, type Handler, may } from "../call.ts";
import { jobOf } from "./backup.ts";

const nameOf = ({ type, config: { values } }: Guest): string | undefined =>
  values.get(type === "qemu" ? "name" : "hostname");

const mayAudit = (call: Call, vmid: number): boolean => may(call, `/vms/${vmid}`, "VM.Audit");

const included: Handler = (call) => {
  const vmids = [...includedGuests(call.cluster, selectionOf(jobOf(call))).values()].flat();
  return { children: vmids.filter((vmid) => mayAudit(call, vmid)).map((vmid) => branch(call, vmid)) };
};

function branch({ cluster }: Call, id: number) {
  const guest = cluster.guests.get(id);
  if (!guest) return { id, type: "unknown", leaf: 1 };
  const children = backupVolumes(guest).map(({ key, volume, included, reason }) => ({
    id: `${id}:${key}`,
    name: volume,
    included: Number(included),
    reason,
    leaf: 1,
  }));
  return { id, type: guest.type, name: nameOf(guest) ?? null, children, leaf: Number(children.length === 0) };
}

const index: Handler = () => [{ subdir: "not-backed-up" }];

/** Whether a job runs at all is not asked. */
const notBackedUp: Handler = (call) => {
  const { guests, jobs } = call.cluster;
  const covered = new Set(
    [...jobs.values()].flatMap((job) => [...includedGuests(call.cluster, selectionOf(job)).values()].flat()),
  );
  return [...guests.values()]
    .filter(({ vmid }) => !covered.has(vmid) && mayAudit(call, vmid))
    .map((guest) => {
      const name = nameOf(guest);
      return { vmid: guest.vmid, type: guest.type, ...(name === undefined ? {} : { name }) };
    });
};

export const backupInfo: Readonly<Record<string, Handler>> = {
  "GET /cluster/backup/{id}/included_volumes": included,
  "GET /cluster/backup-info": index,
  "GET /cluster/backup-info/not-backed-up": notBackedUp,
};
