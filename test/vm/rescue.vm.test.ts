import { expect } from "chai";
import { destroy, good, up } from "../support/fixture.ts";
import { changedFiles, hostFiles, REBUILT } from "./host-files.ts";
import { consoleOfFailed, Trial } from "./trial.ts";

describe("a host with one screen that is rescued", function () {
  this.timeout(3_600_000);
  let trial: Trial;
  before(async () => {
    trial = await Trial.start({ cards: ["nvidia"], iommu: "intel", screen: true });
  });
  afterEach(function () {
    consoleOfFailed(this.currentTest, trial);
  });
  after(() => trial?.close());

  /** How many of the screen's bytes are not black. */
  const lit = async () => (await trial.machine.screen()).filter((byte) => byte > 0).length;

  it("shows its console there, whatever somebody has the kernel told of its cards", async () => {
    const [card = ""] = /[0-9a-f]{4}:[0-9a-f]{4}/.exec(await good(trial.machine.run("lspci -n -s 01:00.0"))) ?? [];
    const words = `intel_iommu=on module_blacklist=nouveau,pcspkr vfio-pci.ids=${card}`;
    await good(trial.machine.run(`echo 'GRUB_CMDLINE_LINUX="${words}"' > /etc/default/grub.d/hand.cfg`));
    await good(trial.machine.run("echo vfio-pci >> /etc/modules; update-grub"));
    await trial.machine.reboot();
    expect((await trial.drivers())["0000:01:00.0"]).equals("vfio-pci");
    const files = await hostFiles(trial.machine);
    trial.declare({ gpus: [{ address: "0000:01:00.0" }], mode: "rescue", reboot: "when-needed" });
    await good(up(trial.stack));
    await trial.machine.nextBoot();
    expect(await trial.read("/proc/cmdline")).includes("console=tty1");
    expect(await trial.read("/sys/module/kernel/parameters/module_blacklist")).equals("pcspkr\n");
    expect(Object.values(await trial.drivers())).not.includes("vfio-pci");
    const consoles = await good(trial.machine.run("cd /sys/class/vtconsole && grep -H . */name */bind"));
    const [, bound] = /^(vtcon\d+)\/name:.*frame buffer device$/m.exec(consoles) ?? [];
    expect(consoles).includes(`${bound}/bind:1`);
    const before = await lit();
    await good(trial.machine.run("seq 1000 1040 >/dev/tty1"));
    expect(await lit()).above(before + 1000);

    await good(destroy(trial.stack));
    expect(changedFiles(files, await hostFiles(trial.machine), REBUILT)).deep.equals([]);
  });
});
