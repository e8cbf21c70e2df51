import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { readCluster } from "../../lab/cluster-file.ts";
import { giveRoot } from "../../lab/connection.ts";
import { Lab } from "../../lab/lab.ts";
import { shipped } from "../../lab/shipped.ts";
import { differences, stateOf } from "../../lab/state.ts";
import { command } from "../../setup/engine/command.ts";
import type { Workspace } from "../../setup/engine/workspace.ts";
import { destroy, fixture, good, preview, up } from "../support/fixture.ts";

const root = join(import.meta.dirname, "../..");

describe("the homelab stack", () => {
  let stack: Workspace;
  let lab: Lab;
  before(async () => {
    const cluster = readCluster(shipped("homelab"));
    const { secret } = giveRoot(cluster);
    lab = await Lab.start(cluster);
    stack = await fixture({ PVE_OPS_REPORT: "report.jsonl" }, join(root, "test/fixture/programs/tokens"));
    const shippedStack: { config: Record<string, unknown> } = parse(
      readFileSync(join(root, "stacks/Pulumi.homelab.yaml"), "utf8"),
    );
    stack.configure({
      ...shippedStack.config,
      "pve:endpoint": lab.nodes.map(({ api }) => api),
      "pve:tokenId": "root@pam!lab",
      "pve:ca": lab.ca,
    });
    await good(stack.pulumi("config", "set", "--secret", "pve:tokenSecret", secret));
  });
  after(async () => {
    stack?.close();
    await lab?.close();
  });

  it("is previewed, allowed by the gate with rules of its own, made, has nothing to do, and goes without a trace", async () => {
    const before = stateOf(lab.cluster);
    const [json, report] = [join(stack.folder, "preview.json"), join(stack.folder, "report.jsonl")];
    writeFileSync(json, await good(stack.pulumi("preview", "--json")));
    const gate = (...args: string[]) =>
      command(process.execPath, [join(root, "bin/pve-ops.js"), "gate", json, "--report", report, ...args]);
    const byDefault = await gate();
    expect(byDefault.stdout).to.include("metrics: prometheus@pve would get PrometheusExporter on /");
    expect(byDefault.stdout).to.include("backups would be removed (at most 0): backups:backup/vzdump-");
    expect(byDefault.code).to.equal(1);
    const rules = join(stack.folder, "gate.yaml");
    const backups = "{ rule: backups, maxRemove: 200, minKeep: 2, maxUncovered: 1 }";
    writeFileSync(rules, `rules: [{ rule: deletes }, { rule: privileges, above: auditor, at: [/] }, ${backups}]\n`);
    expect((await gate("--rules", rules)).code).to.equal(0);
    await good(up(stack));
    await good(preview(stack, "--expect-no-changes"));
    const { tokens } = JSON.parse(await good(stack.pulumi("stack", "output", "--json")));
    expect(tokens).to.have.keys("csi", "metrics", "talos-backup");
    expect(tokens.metrics).to.deep.equal({ tokenId: "prometheus@pve!exporter", secret: "[secret]" });
    const shown = JSON.parse(await good(stack.pulumi("stack", "output", "tokens", "--show-secrets", "--json")));
    expect(shown.csi.tokenId).to.equal("kubernetes-csi@pve!csi");
    expect(lab.cluster.tokenSecrets.get("kubernetes-csi@pve!csi")).to.equal(shown.csi.secret);
    expect([...lab.cluster.jobs.keys()]).to.deep.equal(["production-daily", "weekly-all", "monthly-critical"]);
    writeFileSync(json, await good(stack.pulumi("preview", "--json")));
    expect((await gate("--rules", rules)).stdout).to.equal("Allowed (nothing would change)\n");
    await good(destroy(stack));
    expect(differences(before, stateOf(lab.cluster))).to.deep.equal([]);
  });
});
