import { expect } from "chai";
import { Clock } from "../../../lab/clock.ts";
import { newCluster } from "../../../lab/cluster.ts";
import { Lab } from "../../../lab/lab.ts";
import { needsHosts } from "../../support/trial-hosts.ts";

const BUSY = '#!/bin/sh\necho "$MOLLYGUARD_CMD $MOLLYGUARD_DO_NOTHING: guests run" >&2\nexit 3\n';

describe("molly-guard on a host", function () {
  this.timeout(60_000);
  let lab: Lab;
  before(async function () {
    await needsHosts(this);
    const clock = new Clock();
    clock.stop();
    lab = await Lab.start(newCluster("lab", [{ name: "pve1", release: "9.2", mollyGuard: true }], { clock }), {
      hosts: true,
    });
  });
  after(() => lab?.close());

  const run = (command: string) => lab.hosts.of("pve1").run({ command });
  const isThere = async (seconds: number) => {
    lab.cluster.clock.step(seconds);
    await lab.cluster.nodes[0]?.started();
    return lab.cluster.nodes[0]?.online;
  };

  it("lies before what takes the host down, as its package puts it there", async () => {
    const { stdout } = await run(
      "readlink -f /sbin/reboot /sbin/shutdown; dpkg-query -W molly-guard; ls /etc/molly-guard/run.d",
    );
    expect(stdout).to.equal(
      "/usr/lib/molly-guard/molly-guard\n/usr/lib/molly-guard/molly-guard\nmolly-guard\t0.7.2\n10-print-message\n30-query-hostname\n",
    );
    expect((await run("reboot --molly-guard-do-nothing")).stdout).to.equal(
      "molly-guard: would run: /lib/molly-guard/reboot \n",
    );
    expect(await isThere(3)).to.equal(true);
  });

  it("lets a reboot pass where nobody sits at a terminal", async () => {
    expect((await run("reboot < /dev/null")).code).to.equal(0);
    expect(await isThere(3)).to.equal(false);
    expect(await isThere(30)).to.equal(true);
  });

  it("refuses with the word and the status of the first script that does", async () => {
    await lab.hosts
      .of("pve1")
      .run(["/bin/sh", "-c", 'cat > "$0"; chmod 755 "$0"', "/etc/molly-guard/run.d/20-busy"], BUSY);
    expect(await run("shutdown -r now")).to.deep.include({
      stdout: "",
      stderr: "shutdown 0: guests run\nW: aborting shutdown due to 20-busy exiting with code 3.\n",
      code: 3,
    });
    expect(await isThere(3)).to.equal(true);
  });

  it("is gone around by systemctl, and where somebody forces it", async () => {
    for (const command of ["systemctl reboot", "reboot -f"]) {
      expect((await run(command)).code).to.equal(0);
      expect(await isThere(3)).to.equal(false);
      expect(await isThere(30)).to.equal(true);
    }
  });
});
