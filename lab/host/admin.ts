import { z } from "zod";
import { type AdminTask, Refusal } from "../admin-task.ts";
import { asText } from "../api/api-error.ts";
import type { Lab } from "../lab.ts";
import { readOffline, writeOffline } from "./rescue-medium.ts";
import type { RunningHost } from "./running.ts";

const Path = z.string().startsWith("/", "a path of a host begins with /");
const Run = z.strictObject({ command: z.string(), input: z.string().default("") });
const Read = z.strictObject({ path: Path });
const Write = z.strictObject({ path: Path, text: z.string() });
const Disk = z.strictObject({ can: z.enum(["ro", "rw"]) });
const Fill = z.strictObject({ path: Path, free: z.int().nonnegative().default(0) });

function host(lab: Lab, name: string): RunningHost {
  if (!lab.hasHosts) throw new Refusal(404, "this lab has no hosts");
  const found = lab.hosts.find(name);
  if (!found) throw new Refusal(404, `the lab has no node '${name}'`);
  return found;
}

function offline<T>(status: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Refusal(status, asText(error));
  }
}

/** What one can ask of the hosts of a lab, by verb and path; `*` stands for a node's name. */
export const hostTasks: Readonly<Record<string, AdminTask>> = {
  "POST /nodes/*/run": {
    does: "runs `{command, input}` as root on the node's host; tells `stdout`, `stderr` and `code`",
    run: (lab, body, name) => {
      const { command, input } = Run.parse(body);
      const where = host(lab, name);
      if (!where.node.online)
        throw new Refusal(
          409,
          `${name} is not up, so nothing runs there; its files can be read and written all the same`,
        );
      return where.run({ command }, input);
    },
  },
  "GET /nodes/*/file": {
    does: "the text of a file of the node's host, `?path=/etc/modules`, though it may not be up",
    run: async (lab, body, name) => {
      const { path } = Read.parse(body);
      const where = host(lab, name);
      if (!where.node.online) return { text: offline(404, () => readOffline(where, path)) };
      const { stdout, stderr, code } = await where.run(["/bin/cat", "--", path]);
      if (code !== 0) throw new Refusal(404, stderr.trim());
      return { text: stdout };
    },
  },
  "PUT /nodes/*/file": {
    does: "writes a file of the node's host as somebody would by hand, `{path, text}`, from a rescue medium if it is not up",
    run: async (lab, body, name) => {
      const { path, text } = Write.parse(body);
      const where = host(lab, name);
      if (!where.node.online) return offline(400, () => writeOffline(where, path, text)) ?? null;
      const { stderr, code } = await where.run(["/bin/sh", "-c", 'cat > "$0"', path], text);
      if (code !== 0) throw new Refusal(400, stderr.trim());
      return null;
    },
  },
  "POST /nodes/*/disk": {
    does: 'the disk of the node\'s host can be read alone, `{can: "ro"}`, or written again, `{can: "rw"}`, until it reboots',
    run: async (lab, body, name) => {
      await host(lab, name).mounts.disk(Disk.parse(body).can);
      return null;
    },
  },
  "POST /nodes/*/fill": {
    does: "a folder of the node's host is full, `{path, free}`, but for so many bytes; a reboot undoes it, and what was written in it",
    run: async (lab, body, name) => {
      const { path, free } = Fill.parse(body);
      await host(lab, name).mounts.fill(path, free);
      return null;
    },
  },
  "POST /nodes/*/empty": {
    does: "that folder has room again, `{path}`, and what was written meanwhile stays",
    run: async (lab, body, name) => {
      await host(lab, name).mounts.empty(Read.parse(body).path);
      return null;
    },
  },
  "POST /nodes/*/host-key": {
    does: "the node's SSH server shows other keys",
    run: (lab, _, name) => {
      host(lab, name).changeHostKey();
      return { hostKey: host(lab, name).hostKey };
    },
  },
};
