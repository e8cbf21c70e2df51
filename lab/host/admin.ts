import { z } from "zod";
import { type AdminTask, Refusal } from "../admin-task.ts";
import type { Lab } from "../lab.ts";
import type { RunningHost } from "./running.ts";

const Path = z.string().startsWith("/", "a path of a host begins with /");
const Run = z.strictObject({ command: z.string(), input: z.string().default("") });
const Read = z.strictObject({ path: Path });
const Write = z.strictObject({ path: Path, text: z.string() });

function host(lab: Lab, name: string): RunningHost {
  if (!lab.hasHosts) throw new Refusal(404, "this lab has no hosts");
  const found = lab.hosts.find(name);
  if (!found) throw new Refusal(404, `the lab has no node '${name}'`);
  return found;
}

/** What one can ask of the hosts of a lab, by verb and path; `*` stands for a node's name. */
export const hostTasks: Readonly<Record<string, AdminTask>> = {
  "POST /nodes/*/run": {
    does: "runs `{command, input}` as root on the node's host; tells `stdout`, `stderr` and `code`",
    run: (lab, body, name) => {
      const { command, input } = Run.parse(body);
      return host(lab, name).run({ command }, input);
    },
  },
  "GET /nodes/*/file": {
    does: "the text of a file of the node's host, `?path=/etc/modules`",
    run: async (lab, body, name) => {
      const { path } = Read.parse(body);
      const { stdout, stderr, code } = await host(lab, name).run(["/bin/cat", "--", path]);
      if (code !== 0) throw new Refusal(404, stderr.trim());
      return { text: stdout };
    },
  },
  "PUT /nodes/*/file": {
    does: "writes a file of the node's host as somebody would by hand, `{path, text}`",
    run: async (lab, body, name) => {
      const { path, text } = Write.parse(body);
      const { stderr, code } = await host(lab, name).run(["/bin/sh", "-c", 'cat > "$0"', path], text);
      if (code !== 0) throw new Refusal(400, stderr.trim());
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
