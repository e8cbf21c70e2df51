// npm run demo: the whole life of a stack with the real Pulumi, on files of this clone's own, and proof of each step.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ensureEngine } from "../setup/engine/engine.ts";
import { Workspace } from "../setup/engine/workspace.ts";
import { differences, snapshot } from "./snapshot.ts";
import { goOn, prove, quote, scene, show, tell, wasInterrupted } from "./stage.ts";

const BEFORE = { "pve1/etc/motd": "Welcome to pve1.\n", "pve2/etc/motd": "Welcome to pve2.", "pve3/etc/issue": "" };

const SUNDAYS = "Patched on Sundays, 02:00.\nAsk #infra first.";

/** Walks the stack of `workspace`, whose files stand in `folder`. */
async function walk(workspace: Workspace, folder: string): Promise<void> {
  const at = (file: string) => join(folder, file);
  const text = (file: string) => readFileSync(at(file), "utf8");
  for (const [file, content] of Object.entries(BEFORE)) {
    mkdirSync(dirname(at(file)), { recursive: true });
    writeFileSync(at(file), content);
  }
  mkdirSync(at("records"));
  const before = snapshot(at(""));
  const declare = (words: string) =>
    workspace.configure({
      "pve-ops:blocks": [
        {
          name: "notice",
          paths: [at("pve1/etc/motd"), at("pve2/etc/motd"), at("pve3/etc/motd")],
          text: words,
          records: at("records"),
        },
      ],
    });
  const details = ["--diff", "--show-full-output"];

  scene("A stack is declared in its config, without a line of code");
  declare(SUNDAYS);
  const config = readFileSync(join(workspace.folder, "Pulumi.lab.yaml"), "utf8");
  tell(quote(config.slice(config.indexOf("config:"))));

  scene("Preview shows what will stand in each file, and touches nothing");
  const first = await show(workspace, "preview", ...details);
  prove("the text of each file's block is in the preview", first.stdout.includes("Patched on Sundays"));
  prove("nothing was touched", differences(before, snapshot(at(""))).length === 0);

  scene("Up does just that");
  const up = await show(workspace, "up", "--yes", "--skip-preview", "--suppress-progress");
  prove("up succeeded", up.code === 0);
  tell(`\n  pve1/etc/motd now:\n\n${quote(text("pve1/etc/motd"))}`);
  prove("what stood there still does", text("pve1/etc/motd").startsWith(BEFORE["pve1/etc/motd"]));

  scene("Preview again: nothing to do");
  const again = await show(workspace, "preview", "--expect-no-changes");
  prove("Pulumi finds no change", again.code === 0);

  scene("Somebody edits a file by hand");
  writeFileSync(at("pve2/etc/motd"), text("pve2/etc/motd").replace("Sundays", "Mondays"));
  tell("  in pve2/etc/motd, Sundays became Mondays");

  scene("The config changes too, and a run that has not looked does not write over the edit");
  tell("  in the config, the text is now: Patched on Saturdays. (Unchanged, such a run would not even notice.)");
  declare("Patched on Saturdays.");
  const refused = await show(workspace, "up", "--yes", "--skip-preview", "--suppress-progress");
  prove(
    "it is refused, with the difference and what to do",
    refused.code !== 0 && refused.stdout.includes("somebody changed"),
  );
  prove("the edit is still there", text("pve2/etc/motd").includes("Mondays"));

  scene("Refresh looks, and preview shows the drift line by line");
  tell("  with the first text in the config again");
  declare(SUNDAYS);
  await show(workspace, "refresh", "--yes", "--skip-preview", "--suppress-progress");
  const drift = await show(workspace, "preview", ...details);
  prove("the line that somebody changed is in the preview", drift.stdout.includes("Mondays"));

  scene("Up mends it");
  const mended = await show(workspace, "up", "--yes", "--skip-preview", "--suppress-progress");
  prove("up succeeded", mended.code === 0 && text("pve2/etc/motd").includes("Sundays"));

  scene("Destroy puts everything back");
  const destroyed = await show(workspace, "destroy", "--yes", "--skip-preview", "--suppress-progress");
  prove("destroy succeeded", destroyed.code === 0);
  const left = differences(before, snapshot(at("")));
  prove(
    `all ${before.size} files are as before, byte for byte, and nothing else is left`,
    left.length === 0,
    left.join("\n"),
  );
}

async function main(): Promise<void> {
  tell(
    "pve-ops: the life of a stack with the real Pulumi, on files made for it. No resource for Proxmox VE exists yet: what",
  );
  tell(
    "you see is a marked block in local files, as the tests use it. Each resource joins this walk when it is there.",
  );
  const engine = await ensureEngine((text) => tell(`${text} …`));
  goOn();
  tell(`Pulumi ${engine.version} (${engine.from})`);
  const folder = mkdtempSync(join(tmpdir(), "pve-ops-"));
  try {
    const workspace = await Workspace.open(engine, join(import.meta.dirname, "project"));
    try {
      await walk(workspace, folder);
    } finally {
      workspace.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
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
