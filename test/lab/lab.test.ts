import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { newCluster } from "../../lab/cluster.ts";
import { Lab } from "../../lab/lab.ts";
import { command } from "../../setup/engine/command.ts";
import { https } from "../support/https.ts";

describe("a lab", () => {
  const labs: Lab[] = [];
  let folder: string;
  const start = async () => {
    const nodes = ["pve1", "pve2", "pve3"].map((name) => ({ name, release: "9.2" as const }));
    const cluster = newCluster("lab", nodes);
    cluster.passwords.set("root@pam", "secret-secret");
    const lab = await Lab.start(cluster);
    labs.push(lab);
    return lab;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pve-ops-lab-"));
  });
  afterEach(async () => {
    await Promise.all(labs.splice(0).map((lab) => lab.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  const curl = (lab: Lab, url: string, ...args: string[]) => {
    writeFileSync(join(folder, "ca.pem"), lab.ca);
    return command("curl", ["--silent", "--show-error", "--cacert", join(folder, "ca.pem"), ...args, url]);
  };

  it("answers curl on every node, which trusts the cluster's CA", async () => {
    const lab = await start();
    for (const { api } of lab.nodes) {
      const { code, stdout, stderr } = await curl(lab, `${api}/api2/json/access/domains`);
      expect(code, stderr).to.equal(0);
      expect(JSON.parse(stdout).data.map(({ realm }: { realm: string }) => realm)).to.deep.equal(["pam", "pve"]);
    }
  });

  it("is one cluster: a ticket of one node is good on the others, and what one is told they all know", async () => {
    const lab = await start();
    const [first, second] = lab.nodes;
    const login = await curl(
      lab,
      `${first?.api}/api2/json/access/ticket`,
      "-d",
      "username=root@pam&password=secret-secret",
    );
    const { ticket, CSRFPreventionToken: csrf } = JSON.parse(login.stdout).data;
    const as = ["-b", `PVEAuthCookie=${ticket}`, "-H", `CSRFPreventionToken: ${csrf}`];
    await curl(lab, `${first?.api}/api2/json/access/groups`, ...as, "-d", "groupid=team");
    const { stdout } = await curl(lab, `${second?.api}/api2/json/access/groups/team`, ...as);
    expect(JSON.parse(stdout)).to.deep.equal({ data: { members: [] } });
  });

  it("gives two hundred clients at once their right answers, whichever node they ask", async () => {
    const lab = await start();
    const password = "secret-secret";
    const whole = async (n: number) => {
      const api = lab.nodes[n % 3]?.api ?? "";
      const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: lab.ca });
      const told = async (call: string, params?: object, headers?: Record<string, string>) => {
        const { status, text } = await https(api, call, params, { agent, ...(headers ? { headers } : {}) });
        expect(status, text).to.equal(200);
        return JSON.parse(text).data;
      };
      const { ticket, CSRFPreventionToken } = await told("POST /access/ticket", { username: "root@pam", password });
      const as = { Cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`, CSRFPreventionToken };
      const group = `/access/groups/group-${n}`;
      await told("POST /access/groups", { groupid: `group-${n}` }, as);
      await told(`PUT ${group}`, { comment: `of client ${n}` }, as);
      const seen = await told(`GET ${group}`, {}, as);
      await told(`DELETE ${group}`, {}, as);
      agent.destroy();
      return seen.comment;
    };
    const numbers = Array.from({ length: 200 }, (_, n) => n);
    expect(await Promise.all(numbers.map(whole))).to.deep.equal(numbers.map((n) => `of client ${n}`));
    expect(lab.cluster.access.groups.size).to.equal(0);
  });

  it("stands beside others, with no port and no state in common", async () => {
    const [one, other] = await Promise.all([start(), start()]);
    const apis = [one, other].flatMap((lab) => lab.nodes.map(({ api }) => api));
    expect(new Set(apis).size).to.equal(6);
    one.cluster.access.groups.set("mine", { members: new Set() });
    expect(other.cluster.access.groups.size).to.equal(0);
  });
});
