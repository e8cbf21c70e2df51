import { z } from "zod";
import { adminTasks } from "./admin.ts";
import { handlers } from "./api/handlers.ts";
import { ClusterFile } from "./cluster-file.ts";
import { differences } from "./differences.ts";
import { BadReboot, CallFault, FailingTask, SshFault, WrongDryRun } from "./faults.ts";
import { Hardware } from "./host/machine/hardware.ts";
import { LET_THROUGH } from "./schema/formats.ts";
import { apiOf, RELEASES, type Release } from "./schema/schema.ts";
import { shippedClusters } from "./shipped.ts";

interface Endpoint {
  readonly path: string;
  readonly verb: string;
  readonly releases: readonly Release[];
  readonly isThere: boolean;
}

/** Every endpoint that either release has. */
export function endpoints(): Endpoint[] {
  const all = RELEASES.flatMap((release) =>
    Object.entries(apiOf(release).paths).flatMap(([path, verbs]) =>
      Object.keys(verbs).map((verb) => ({ path, verb, release })),
    ),
  );
  return [...Map.groupBy(all, ({ path, verb }) => `${verb} ${path}`)].map(([call, found]) => ({
    path: found[0]?.path ?? "",
    verb: found[0]?.verb ?? "",
    releases: found.map(({ release }) => release),
    isThere: handlers[call] !== undefined,
  }));
}

/** `docs/lab.md`, as the code has it. */
export function labDocument(): string {
  const all = endpoints();
  const there = all.filter(({ isThere }) => isThere);
  const missing = all.filter(({ isThere }) => !isThere);
  return `<!-- Made by npm run generate from lab/document.ts: change it there. -->
# The lab

A simulated Proxmox VE cluster on this machine's loopback: its API answers, and its hosts are reached by SSH, so that
clients cannot easily tell it from a real one, and it can be told to misbehave. Nothing of it is real, and nothing of
it leaves the machine. The tests and the demo stand on it; use it to try a client, or a stack, before a real cluster.

    npm run lab
    npm run lab -- --cluster farm --pve 8 --latency 50
    npm run --silent lab -- --json | head -1

It stays until it is interrupted, or whoever started it is gone: a script that leaves it in the background has to stay, or
start it with \`nohup\` and end it by SIGTERM. With \`--json\` the first line on stdout is the connection document (\`npm\` prints a
headline of its own before that, unless it is told \`--silent\`), all else goes to stderr. Each node
listens on a loopback address of its own, port 8006; where the system has only 127.0.0.1, on a port of its own. Several
labs stand beside one another. Its API is open to every user of the machine who knows a password or a token, its admin
endpoint to every user of the machine.

| option | |
|---|---|
| \`--cluster FILE\` | what to simulate: a file, or one of ${shippedClusters.map((name) => `\`${name}\``).join(", ")} |
| \`--nodes N\` | that many nodes: those of the file first, then more like the last |
| \`--pve 8\\|9\` | every node runs that release: ${RELEASES.map((release) => apiOf(release).version).join(" or ")} |
| \`--seed S\` | the same passwords, token secrets and addresses of network cards each time |
| \`--latency MS\` | how long every call takes at least, and there and back on an SSH connection |
| \`--json\` | the connection document |

The connection document: \`pve\` (the newest release among the nodes), \`nodes\` (\`name\`, \`api\`, \`fingerprint\`, and
\`ssh\` with \`host\`, \`port\`, \`user\`, \`privateKeyFile\`, \`hostKey\` each),
\`caFile\`, \`root\` (\`username\`, \`password\`), \`token\` (\`id\`, \`secret\`; root's, all rights a token can have), \`stack\` (a
stack config that is ready to use), \`admin\` (below). To have a stack of your own on the lab, in a clone, with \`pulumi\` on
PATH and logged in as the README says:

\`\`\`sh
cp $(jq -r .stack lab.json) stacks/Pulumi.farm.yaml    # the sheet says where it is, too
pulumi stack init farm                                 # after the copy: Pulumi adds its salt to the file
\`\`\`

Then add what it is to have under \`config:\`, above the salt.

## Its hosts

Behind each node stands a host with files of its own, laid as Proxmox VE is installed, and an SSH server on the node's
address: port 22, or one of its own where that cannot be had. Commands run for real on that host's own tree at \`/\`: in
namespaces of their own (Linux), where nothing of this machine can be written or seen but its \`/usr\`. OpenSSH's \`ssh\`,
\`scp\` and \`sftp\`, proxmoxer over SSH and Ansible use it unchanged. With the connection document in \`lab.json\`:

\`\`\`sh
key=$(jq -r '.nodes[0].ssh.privateKeyFile' lab.json)
host=$(jq -r '.nodes[0].ssh.host' lab.json)
ssh -i $key -p $(jq -r '.nodes[0].ssh.port' lab.json) root@$host 'cat /etc/modules; ls /sys/bus/pci/devices'
\`\`\`

- **Who comes in**: \`root\` and \`admin\`, by the lab's key (it stands in their \`authorized_keys\`, and counts as long as
  it does) or by the password of \`root@pam\`. \`admin\` becomes root with \`sudo\`, without a password.
- **From host to host**: a host is a jump host to the others (\`ssh -J\`), by their names or addresses, and to nothing else.
- **\`/etc/pve\`** has the cluster's files as of the moment a program is started. It can only be read.
- **Reboot**, by the API, by \`reboot\` on the host, or by the admin endpoint: the host goes down, all that ran there is
  ended, and thirty seconds of the lab's time later it boots what its boot loader and its files say. One that cannot boot,
  or has no network, stays away: \`come-back\` tells why, and its files can be mended meanwhile (\`PUT /nodes/*/file\`).
  What systemd starts on one without network runs all the same, and so do the units of \`rescue.target\` and
  \`emergency.target\` where the kernel's command line asks for these; timers count from the start, by the lab's clock.
- **\`GET /state\`** has every file of every host, as \`hosts/<node>/<path>\`: the text, or the hash of what is none, and
  mode and owner where they are not the plain ones. Left out are \`/dev\`, \`/proc\`, \`/run\`, \`/sys\`, \`/tmp\`, \`/usr\` and
  \`/etc/pve\`.
- **Where there are no namespaces** (macOS, or a kernel that forbids them) hosts run what pve-ops itself sends to them and
  nothing else; they say so.
- **sftp** needs this machine's \`/usr/lib/openssh/sftp-server\` (Debian's package \`openssh-sftp-server\`).

## The cluster file

YAML. All but nodes, sizes and what runs is said to the lab's API as root would, so that it takes what the API takes and
is refused in the API's words. Sizes are bytes, or like \`96GiB\`. Examples: \`lab/clusters/\`. The least that there can be:

\`\`\`yaml
name: small
nodes: [{ name: pve1 }]
\`\`\`

${fields(ClusterFile)}

A node's \`hardware\`, like \`{ board: x570, cards: [RX 580, GTX 1080] }\`:

${fields(Hardware)}

## Misbehaviour

In a test, on the cluster: \`cluster.faults.calls({...})\`, \`cluster.faults.tasks({...})\`, \`cluster.faults.dryRuns({...})\`,
\`cluster.clock\`, \`node.leave()\`, \`node.comeBack()\`, \`storage.offline\` (the names of nodes),
\`lab.changeCertificate(node)\`; with hosts (\`Lab.start(cluster, { hosts: true })\`) \`cluster.faults.ssh({...})\`, \`cluster.faults.reboots({...})\`,
\`lab.hosts.of(node)\` with \`run\`, \`goDown\`, \`changeHostKey\`, \`mounts\`. From outside, at the admin endpoint (JSON over
plain HTTP on loopback):

| call | |
|---|---|
${Object.entries(adminTasks)
  .map(([call, { does }]) => `| \`${call}\` | ${does} |`)
  .join("\n")}

An answer is JSON, \`null\` where there is nothing to tell. With the connection document in \`lab.json\`:

\`\`\`sh
admin=$(jq -r .admin lab.json)
curl $admin/state > before.json                                        # the cluster's files as they are
curl -d '{"path": "/access/roles", "verb": "POST", "status": 500}' $admin/faults/calls
curl $admin/faults                                                     # what is set, and whether it was met
curl -X DELETE $admin/faults
curl -d @before.json $admin/state/differences                          # [] where all is as before
curl -d '{"step": 3600}' $admin/clock                                  # an hour goes by
curl -d '{"command": "echo drift >> /etc/modules"}' $admin/nodes/pve1/run
\`\`\`

What goes wrong with calls (\`POST /faults/calls\`); without \`node\`, \`verb\` and \`path\` with all of them:

${fields(CallFault)}

What goes wrong with tasks that begin later (\`POST /faults/tasks\`); without \`type\` and \`id\` with all of them:

${fields(FailingTask)}

What goes wrong over SSH (\`POST /faults/ssh\`), with a connection or with a command; what waits on a command's file looks
for it every few milliseconds:

${fields(SshFault)}

What dry runs of a prune get wrong (\`POST /faults/dry-runs\`), so that who compares them with the rules has to notice:

${fields(WrongDryRun)}

How reboots end (\`POST /faults/reboots\`), those that somebody asked for and those of a kernel that starts over by itself
(\`panic=\`); who switches a host on by hand (\`come-back\`) meets none of it:

${fields(BadReboot)}

## Endpoints

Every path of the API of ${RELEASES.join(" and ")} is routed, its parameters are held to the schema and its permissions are checked. Of ${all.length}
endpoints the lab answers ${there.length}; the others say 501, \`is not part of the lab\`. (8) and (9) mark what one release alone has.

### Answered

${listed(there)}

### 501

${listed(missing)}

## What differs from the real one

${differences.map(({ of, what }) => `- **${of}.** ${what}`).join("\n")}

Formats that are let through unchecked: ${LET_THROUGH.map((format) => `\`${format}\``).join(", ")}.
`;
}

/** The fields of a shape, with what each means. */
function fields(shape: z.ZodType): string {
  const { properties = {}, required = [] } = z.toJSONSchema(shape, { io: "input", unrepresentable: "any" });
  const rows = Object.entries(properties).map(([name, field]) => {
    const words = typeof field === "object" ? (field.description ?? "") : "";
    return `| \`${name}\`${required.includes(name) ? ", required" : ""} | ${words} |`;
  });
  return ["| field | |", "|---|---|", ...rows].join("\n");
}

/** The endpoints by path, a line each, under the first part of it. */
function listed(all: readonly Endpoint[]): string {
  const areas = Map.groupBy(all, ({ path }) => path.split("/")[1] ?? "");
  return [...areas]
    .map(([area, inArea]) => {
      const byPath = Map.groupBy(inArea, ({ path }) => path);
      const lines = [...byPath].map(([path, verbs]) => `${path}  ${verbs.map(verbWithRelease).join(" ")}`);
      return `#### /${area}\n\n\`\`\`text\n${lines.join("\n")}\n\`\`\``;
    })
    .join("\n\n");
}

const verbWithRelease = ({ verb, releases: [first, second] }: Endpoint): string =>
  second === undefined ? `${verb}(${first?.split(".")[0]})` : verb;
