// npm run demo: the whole life of a stack with the real Pulumi, on a simulated cluster of its own, and proof of each step.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { readCluster } from "../lab/cluster-file.ts";
import { giveRoot, hostsConfig } from "../lab/connection.ts";
import { Lab } from "../lab/lab.ts";
import { shipped } from "../lab/shipped.ts";
import { differences } from "../lab/state.ts";
import { ensureEngine } from "../setup/engine/engine.ts";
import { Workspace } from "../setup/engine/workspace.ts";
import { goOn, judge, prove, quote, scene, show, tell, wasInterrupted } from "./stage.ts";

const BACKUP = {
  name: "talos-backup",
  role: { name: "SelfBackup", preset: "self-backup" },
  user: { id: "talos@pve" },
  token: { name: "self-backup", comment: "before each upgrade" },
  acl: [{ path: "/vms/101" }, { path: "/storage/backups" }],
};
const METRICS = {
  name: "metrics",
  role: { name: "PrometheusExporter", preset: "exporter" },
  user: { id: "prometheus@pve" },
  token: { name: "exporter" },
  acl: [{ path: "/" }],
};
const TOKENS = [BACKUP, METRICS];

const NIGHTLY = {
  id: "nightly",
  schedule: "02:00",
  guests: { pool: "production" },
  storage: "backups",
  keep: { daily: 14 },
};
const WEEKLY = { id: "weekly", schedule: "sun 03:00", guests: "all", storage: "nfs-weekly", mode: "stop", keep: "all" };
const BACKUPS = [{ name: "backups", guard: { minKeep: 3 }, jobs: [NIGHTLY, WEEKLY] }];
const GPU = {
  name: "gpu-ms01",
  host: "pve-ms01-02",
  gpus: [{ match: "RTX 4060" }],
  reboot: "when-needed",
  runningGuests: "shutdown",
  onDestroy: { reboot: true },
};
/** Somebody wants to save space. */
const SHORTER = (daily: number) => [{ ...BACKUPS[0], jobs: [{ ...NIGHTLY, keep: { daily } }, WEEKLY] }];

const details = ["--diff", "--show-full-output"];
const unattended = ["--yes", "--skip-preview", "--suppress-progress"];

/** Walks the stack of `workspace`, which is connected to the lab. */
async function walk(workspace: Workspace, lab: Lab): Promise<void> {
  const { access } = lab.cluster;
  const before = lab.state();
  const drivers = await driven(lab);
  const changed = () => differences(before, lab.state());
  const cmdline = join(lab.hosts.of(GPU.host).tree, "etc/kernel/cmdline");
  const declare = (tokens: readonly object[], backups: readonly object[] = BACKUPS) =>
    workspace.configure({ "pve-ops:tokens": tokens, "pve-ops:backups": backups });

  scene("A stack is declared in its config, without a line of code");
  const vfio = { "pve-ops:vfio": [GPU] };
  workspace.configure(vfio);
  declare(TOKENS);
  tell(quote(stringify({ config: { "pve-ops:tokens": TOKENS, "pve-ops:backups": BACKUPS, ...vfio } })));

  scene("Preview shows every object that will stand in the cluster, and touches nothing");
  const first = await show(workspace, "preview", ...details);
  prove("role, user, token and each entry of the ACL are in the preview", first.stdout.includes("path=/vms/101"));
  prove("so are the jobs, with whom they are for and when", said(first).includes("nightly runs next"));
  prove("so is each file of the host, by what boots it", first.stdout.includes('"intel_iommu=on iommu=pt"'));
  prove("nothing was touched", changed().length === 0);

  scene("A gate in CI judges the same preview");
  const json = await previewed(workspace);
  const refused = await judge(json, ...reported(workspace));
  prove("it refuses rights at the root of the cluster, since nobody said that this is meant", refused.code === 1);
  const rules = join(workspace.folder, "gate.yaml");
  const meant =
    "rules:\n  - { rule: deletes }\n  - { rule: privileges, at: [/], above: auditor }\n  - { rule: backups, maxRemove: 0 }\n";
  writeFileSync(rules, meant);
  tell(`\n  With rules of one's own, that who only looks may look everywhere:\n\n${quote(meant)}`);
  prove("it is allowed", (await judge(json, ...reported(workspace), "--rules", rules)).code === 0);

  scene("Up does just that, asks each token, as itself, what it may, and reboots the host and looks");
  const up = await hurried(lab, () => show(workspace, "up", ...unattended));
  prove("up succeeded", up.code === 0);
  prove("the card and its sound are with vfio-pci", (await driven(lab)) === "vfio-pci vfio-pci");
  tell(
    `\n  What changed in the files of the cluster and its hosts:\n\n${quote(changed().map(withoutValues).join("\n"))}\n`,
  );
  prove("the cluster has the role", access.roles.has("SelfBackup"));

  scene("Preview again: nothing to do");
  const again = await show(workspace, "preview", "--expect-no-changes");
  prove("Pulumi finds no change", again.code === 0);

  scene("Somebody is generous in the GUI, and somebody else tidies up on a host");
  access.roles.get("SelfBackup")?.add("VM.PowerMgmt");
  tell("  the role SelfBackup got VM.PowerMgmt as well");
  const booted = readFileSync(cmdline, "utf8");
  writeFileSync(cmdline, booted.replace(" iommu=pt", ""));
  tell(`  iommu=pt is gone from /etc/kernel/cmdline of ${GPU.host}`);

  scene("The config changes too, and a run that has not looked does not write over the edit");
  tell("  in the config, the token's comment is now another. (Unchanged, such a run would not even notice.)");
  declare([{ ...BACKUP, token: { ...BACKUP.token, comment: "each night" } }, METRICS]);
  const stopped = await show(workspace, "up", ...unattended);
  prove(
    "it is refused, with the difference and what to do",
    stopped.code !== 0 && stopped.stdout.includes("somebody changed"),
  );
  prove("the edit is still there", access.roles.get("SelfBackup")?.has("VM.PowerMgmt") === true);

  scene("Refresh looks, and preview shows the drift line by line");
  tell("  with the first comment in the config again");
  declare(TOKENS);
  await show(workspace, "refresh", ...unattended);
  const drift = await show(workspace, "preview", ...details);
  prove("the privilege that somebody gave is in the preview", drift.stdout.includes("VM.PowerMgmt"));
  prove(
    "so are the words that are missing on the host",
    drift.stdout.includes('"intel_iommu=on" => "intel_iommu=on iommu=pt"'),
  );

  scene("Up mends it");
  const mended = await show(workspace, "up", ...unattended);
  prove("up succeeded", mended.code === 0 && access.roles.get("SelfBackup")?.has("VM.PowerMgmt") === false);
  prove("the host has what it had", readFileSync(cmdline, "utf8") === booted);

  scene("Somebody wants to save space, and would lose more than they think");
  tell("  in the config, nightly keeps two days instead of fourteen");
  declare(TOKENS, SHORTER(2));
  const guarded = await show(workspace, "preview", ...details);
  prove("the guard of the jobs stops it", guarded.code !== 0 && said(guarded).includes("guard.minKeep"));
  tell("  with seven days, each backup that would go is named, and the gate has somebody look at it");
  declare(TOKENS, SHORTER(7));
  const told = await show(workspace, "preview", ...details);
  prove("the preview tells each of them", said(told).includes("goes with the next run of nightly"));
  const kept = await judge(await previewed(workspace), ...reported(workspace), "--rules", rules);
  prove("the gate refuses to remove backups that nobody said may go", kept.code === 1);
  declare(TOKENS);

  scene("Destroy puts everything back");
  const destroyed = await hurried(lab, () => show(workspace, "destroy", ...unattended));
  prove("destroy succeeded", destroyed.code === 0);
  prove("the host has its card back", (await driven(lab)) === drivers);
  const left = changed().filter((line) => !ASIDE.test(line));
  const aside = changed().flatMap((line) => ASIDE.exec(line)?.[1] ?? []);
  tell("  Not counted, since it was built anew, or tells what was done:\n");
  tell(`${quote([...new Set(aside)].join("\n"))}\n`);
  prove(
    `all ${Object.keys(before).length} files of the cluster and its hosts but for these are as before, byte for byte`,
    left.length === 0,
    left.join("\n"),
  );
}

/** A host takes half a minute to start: meanwhile the simulated cluster has time pass faster. */
async function hurried<T>({ cluster: { clock } }: Lab, work: () => Promise<T>): Promise<T> {
  clock.run(15);
  try {
    return await work();
  } finally {
    clock.run(1);
  }
}

/** The drivers of the card's functions. */
async function driven(lab: Lab): Promise<string> {
  const { stdout } = await lab.hosts.of(GPU.host).run({ command: "lspci -nnk -d 10de:" });
  return [...stdout.matchAll(/in use: (\S+)/g)].map(([, driver]) => driver).join(" ");
}

/** What a destroy does not put back: images of the kernel's first files, and logs. */
const ASIDE = /^[-+~] (hosts\/[^/]+\/(?:[^:]*initrd\.img-|var\/log\/)[^:]*)/;

/** In a preview with its differences, Pulumi says on stderr what was found. */
const said = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string => stdout + stderr;

/** The report of a preview of its own, and the preview, for the gate. */
async function previewed(workspace: Workspace): Promise<string> {
  writeFileSync(join(workspace.folder, REPORT), "");
  const { stdout } = await workspace.run(["preview", "--json"]);
  const json = join(workspace.folder, "preview.json");
  writeFileSync(json, stdout);
  return json;
}

const REPORT = "report.jsonl";
const reported = (workspace: Workspace): string[] => ["--report", join(workspace.folder, REPORT)];

/** A difference as it may be shown: the values of tokens are secrets, in a simulated cluster too. */
const withoutValues = (line: string): string => line.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "(its value)");

async function main(): Promise<void> {
  tell(
    "pve-ops: the life of a stack with the real Pulumi, on a simulated cluster of three nodes. It has each resource that",
  );
  tell("works so far; each later one joins this walk.");
  const engine = await ensureEngine((text) => tell(`${text} …`));
  goOn();
  tell(`Pulumi ${engine.version} (${engine.from})`);
  const cluster = readCluster(shipped("homelab"));
  const { secret } = giveRoot(cluster);
  const lab = await Lab.start(cluster, { hosts: true });
  try {
    const workspace = await Workspace.open(engine, join(import.meta.dirname, "project"), { PVE_OPS_REPORT: REPORT });
    try {
      workspace.configure({
        "pve:endpoint": lab.nodes.map(({ api }) => api),
        "pve:tokenId": "root@pam!lab",
        "pve:ca": lab.ca,
        ...hostsConfig(lab),
      });
      await workspace.pulumi("config", "set", "--secret", "pve:tokenSecret", secret);
      await walk(workspace, lab);
    } finally {
      workspace.close();
    }
  } finally {
    await lab.close();
  }
}

try {
  await main();
  tell("\nEvery step held. Nothing is left running, and nothing is left behind.");
} catch (error) {
  if (wasInterrupted()) process.exitCode = 130;
  else {
    tell(`\n✘ ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
