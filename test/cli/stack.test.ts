import { join } from "node:path";
import { expect } from "chai";
import { ClusterFile, clusterOf } from "../../lab/cluster-file.ts";
import { hostsConfig } from "../../lab/connection.ts";
import { lifecycle } from "../../providers/core/lifecycle.ts";
import { kind } from "../../providers/passthrough/vfio-host-config.provider.ts";
import { command } from "../../setup/engine/command.ts";
import type { Workspace } from "../../setup/engine/workspace.ts";
import { fixture, good } from "../support/fixture.ts";
import { OnLab } from "../support/on-lab.ts";
import { Operator } from "./operator.ts";

const HOSTS = ["pve1", "pve2"].map((name) => ({ name, hardware: { board: "z790", cards: ["RTX 3060"] } }));
const GPU = { host: "pve1", gpus: [{ match: "RTX 3060" }] };

describe("the operator's commands with a stack", function () {
  this.timeout(90_000);
  let on: OnLab;
  let operator: Operator;
  let stack: Workspace;
  before(async () => {
    on = await OnLab.withHosts(
      (session) => lifecycle(kind, session),
      clusterOf(ClusterFile.parse({ name: "s", nodes: HOSTS })),
    );
    operator = new Operator(on.lab);
    stack = await fixture({}, join(import.meta.dirname, "../fixture/programs/tokens"));
    const { "pve:ssh": ssh, ...config } = hostsConfig(on.lab);
    stack.configure({ ...config, "pve:ssh": { user: ssh.user }, "pve-ops:vfio": [{ name: "gpu", ...GPU }] });
    const set = ["config", "set", "--stack", "lab", "--secret", "--path", "pve:ssh.privateKey", "--", ssh.privateKey];
    await good(command("pulumi", set, { env: stack.env, cwd: stack.folder }));
  });
  after(async () => {
    stack?.close();
    operator?.close();
    await on?.close();
  });

  const status = (...more: string[]) => operator.runIn(stack.folder, stack.env, "status", "--stack", "lab", ...more);

  it("ask all hosts of its config, and say of each what is not as declared", async () => {
    const { code, stdout, stderr } = await status();
    expect(stdout).includes("✘ gpu: nothing of it is there yet");
    expect(stdout).includes("✔ as declared: nothing of pve-ops");
    expect(stdout + stderr).not.includes("PRIVATE KEY");
    expect(code).equals(1);
  });

  it("tell that it is as declared, and what another stack has there", async () => {
    const provider = on.process();
    const { inputs } = await provider.check(undefined, { ...GPU, owner: "proj/lab/gpu" });
    await provider.create(inputs);
    const { stdout } = await status("--host", "pve1");
    expect(stdout).not.includes("not as declared").and.not.includes("still to come");
    expect(stdout).includes("✘ a reboot is due");
    await on.lab.hosts.of("pve1").run({ command: "rm /etc/modprobe.d/pve-ops-gpu.conf" });
    expect((await status("--host", "pve1")).stdout).includes("✘ gpu: /etc/modprobe.d/pve-ops-gpu.conf not as declared");
    await on.make("other", { host: "pve2", kernelParameters: ["pcie_aspm=off"] });
    expect((await status("--host", "pve2")).stdout).includes(
      "✘ other stands there and is not declared for it (urn:pulumi:dev::proj::",
    );
  });

  it("say what pulumi says where there is no such stack", async () => {
    const { code, stderr } = await operator.runIn(stack.folder, stack.env, "status", "--stack", "nowhere");
    expect(stderr).includes("reading the config of the stack nowhere").and.includes("no stack named");
    expect(code).equals(2);
  });
});
