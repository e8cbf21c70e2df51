import { expect } from "chai";
import { Clock } from "../../../../lab/clock.ts";
import { readCluster } from "../../../../lab/cluster-file.ts";
import { Lab } from "../../../../lab/lab.ts";
import { shipped } from "../../../../lab/shipped.ts";
import { differences } from "../../../../lab/state.ts";

const IOMMU = "iommu=pt";
const DROP_IN = `/etc/default/grub.d/zz-test.cfg`;
const grub = {
  add: `echo 'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT ${IOMMU}"' > ${DROP_IN}`,
  remove: `rm ${DROP_IN}`,
};
const plainGrub = { ...grub, refresh: "update-grub" };
const REFRESH = "proxmox-boot-tool refresh";

/** What is given to guests on each of the farm's machines, and how its boot loader is told of a parameter. */
const FARM = {
  "farm-01": { ids: "10de:1b80,10de:10f0", card: "0000:08:00", functions: 2, ...plainGrub },
  "farm-02": { ids: "10de:2684,10de:22ba", card: "0000:01:00", functions: 2, ...plainGrub },
  "farm-03": {
    ids: "1002:731f,1002:ab38",
    card: "0000:05:00",
    functions: 2,
    add: `sed -i '1s/$/ ${IOMMU}/' /etc/kernel/cmdline`,
    remove: `sed -i '1s/ ${IOMMU}$//' /etc/kernel/cmdline`,
    refresh: REFRESH,
  },
  "farm-04": { ids: "10de:1e87,10de:10f8,10de:1ad8,10de:1ad9", card: "0000:02:00", functions: 4, ...plainGrub },
  "farm-05": { ids: "10de:2204,10de:1aef", card: "0000:02:00", functions: 2, ...grub, refresh: REFRESH },
} as const;

type Name = keyof typeof FARM;
const NAMES: readonly Name[] = ["farm-01", "farm-02", "farm-03", "farm-04", "farm-05"];

const configure = ({ ids, add }: (typeof FARM)[Name]) => `${add}
printf 'options vfio-pci ids=${ids}\\nsoftdep xhci_pci pre: vfio-pci\\n' > /etc/modprobe.d/zz-test.conf
printf 'vfio\\nvfio_iommu_type1\\nvfio_pci\\n' >> /etc/initramfs-tools/modules`;

const takeBack = ({ remove, refresh }: (typeof FARM)[Name]) => `${remove}
rm /etc/modprobe.d/zz-test.conf
head -n -3 /etc/initramfs-tools/modules > /tmp/modules && cat /tmp/modules > /etc/initramfs-tools/modules
{ update-initramfs -u -k all && ${refresh}; } > /dev/null 2>&1`;

describe("the farm's five machines", function () {
  this.timeout(120_000);
  let lab: Lab;
  before(async () => {
    const clock = new Clock();
    clock.stop();
    lab = await Lab.start(readCluster(shipped("farm"), { clock }), { hosts: true });
  });
  after(() => lab?.close());

  const run = async (name: string, command: string): Promise<string> => {
    const { stdout, stderr, code } = await lab.hosts.of(name).run({ command });
    expect({ stderr, code }).to.deep.equal({ stderr: "", code: 0 });
    return stdout;
  };
  const everywhere = (command: (name: Name) => string): Promise<string[]> =>
    Promise.all(NAMES.map((name) => run(name, command(name))));
  const rebootAll = async () => {
    await everywhere(() => "reboot");
    lab.cluster.clock.step(40);
    await Promise.all(lab.cluster.nodes.map((node) => node.started()));
    expect(lab.cluster.nodes.map(({ online }) => online)).to.deep.equal(NAMES.map(() => true));
  };
  const driversOf = (name: Name) =>
    `for f in /sys/bus/pci/devices/${FARM[name].card}.*; do basename "$(readlink "$f/driver")"; done`;

  it("boot, each with its own loader, CPU and cards", async () => {
    const loaders = await everywhere(
      () => "test -d /sys/firmware/efi && efibootmgr | sed -n 's/^Boot0000. //p' | cut -f 1 || echo BIOS",
    );
    expect(loaders.map((text) => text.trim())).to.deep.equal([
      "proxmox",
      "proxmox",
      "Linux Boot Manager",
      "BIOS",
      "proxmox",
    ]);
    const makers = await everywhere(() => "grep -m 1 -o 'AuthenticAMD\\|GenuineIntel' /proc/cpuinfo");
    expect(makers.map((text) => text.trim())).to.deep.equal([
      "AuthenticAMD",
      "AuthenticAMD",
      "GenuineIntel",
      "GenuineIntel",
      "AuthenticAMD",
    ]);
    const cards = await everywhere(() => "lspci -n -d ::0300 | cut -d ' ' -f 3");
    expect(cards.map((text) => text.trim().split("\n"))).to.deep.equal([
      ["1002:67df", "10de:1b80"],
      ["10de:2684", "1002:744c", "1002:164e"],
      ["8086:a780", "10de:2503", "1002:731f"],
      ["10de:1e87", "10de:2184"],
      ["10de:2204", "10de:2204", "1002:73bf", "8086:56a5", "1a03:2000"],
    ]);
  });

  it("have groups that a card shares with what the host needs", async () => {
    const members = (card: string) =>
      `cd /sys/bus/pci/devices/${card}/iommu_group/devices && for f in *; do cut -c 3-6 $f/class; done | sort -u`;
    expect(await run("farm-02", members("0000:07:00.0"))).to.include("0200\n");
    expect(await run("farm-04", members("0000:05:00.0"))).to.include("0107\n");
    expect(await run("farm-05", members("0000:01:00.0"))).to.equal("0300\n0403\n");
  });

  it("give a card away once initramfs and boot entries are made anew and they start over, and are as before in the end", async () => {
    const before = lab.state();
    const boots = await everywhere(() => "cat /proc/sys/kernel/random/boot_id");
    const own = await everywhere(driversOf);
    await everywhere((name) => configure(FARM[name]));

    await rebootAll();
    expect(await everywhere(driversOf), "nothing was made anew").to.deep.equal(own);

    await everywhere((name) => `{ update-initramfs -u -k all && ${FARM[name].refresh}; } > /dev/null 2>&1`);
    expect(await everywhere(driversOf), "nothing has started over").to.deep.equal(own);
    await rebootAll();
    expect(await everywhere(driversOf)).to.deep.equal(NAMES.map((name) => "vfio-pci\n".repeat(FARM[name].functions)));
    for (const cmdline of await everywhere(() => "cat /proc/cmdline")) expect(cmdline).to.include(IOMMU);
    const now = await everywhere(() => "cat /proc/sys/kernel/random/boot_id");
    expect(now.filter((id, n) => id === boots[n])).to.deep.equal([]);

    await everywhere((name) => takeBack(FARM[name]));
    await rebootAll();
    expect(await everywhere(driversOf)).to.deep.equal(own);
    expect(differences(before, lab.state()).filter((line) => line.includes("hosts/"))).to.deep.equal([]);
  });

  it("have control files that work while they run, with the kernel's own refusals", async () => {
    const card = "/sys/bus/pci/devices/0000:08:00.0";
    const driver = `basename "$(readlink ${card}/driver)"`;
    const moved = `modprobe vfio-pci; echo vfio-pci > ${card}/driver_override; echo 0000:08:00.0 > ${card}/driver/unbind
test -e ${card}/driver && echo still bound; echo 0000:08:00.0 > /sys/bus/pci/drivers_probe; ${driver}; ls /dev/vfio`;
    expect(await run("farm-01", moved)).to.match(/^vfio-pci\n\d+\nvfio\n$/);
    const again = await lab.hosts
      .of("farm-01")
      .run({ command: "echo 0000:08:00.0 > /sys/bus/pci/drivers/vfio-pci/bind" });
    expect(again.stderr).to.include("Device or resource busy");
    const foreign = await lab.hosts
      .of("farm-01")
      .run({ command: "echo 0000:08:00.0 > /sys/bus/pci/drivers/amdgpu/bind" });
    expect(foreign.stderr).to.include("No such device");
    const back = `echo > ${card}/driver_override; echo 0000:08:00.0 > ${card}/driver/unbind; echo 0000:08:00.0 > /sys/bus/pci/drivers_probe; ${driver}`;
    expect(await run("farm-01", back)).to.equal("nouveau\n");
  });

  it("stay as they were when GRUB's settings are no shell", async () => {
    const broken = await lab.hosts.of("farm-01").run({
      command: "echo 'GRUB_X=\"open' > /etc/default/grub.d/zz-bad.cfg; cp /boot/grub/grub.cfg /tmp/g; update-grub",
    });
    expect(broken.code).to.not.equal(0);
    expect(broken.stderr).to.match(/zz-bad.cfg: .*[Uu]nterminated quoted string/);
    await run(
      "farm-01",
      "cmp /tmp/g /boot/grub/grub.cfg; rm /etc/default/grub.d/zz-bad.cfg; rm -f /boot/grub/grub.cfg.new",
    );
  });

  it("refuse a command line without root=, and keep the entries that they have", async () => {
    const command = "cp /etc/kernel/cmdline /tmp/c; sed -i '1i # mine' /etc/kernel/cmdline; proxmox-boot-tool refresh";
    const { code, stderr } = await lab.hosts.of("farm-03").run({ command });
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: "No root= parameter in /etc/kernel/cmdline found!\n" });
    await run("farm-03", "cat /tmp/c > /etc/kernel/cmdline; grep -q 'root=ZFS' /boot/.esp/*/loader/entries/*.conf");
  });

  it("run what was armed when nobody came back in time: a timer by the lab's clock, a service at every start", async () => {
    await run("farm-02", "systemd-run --quiet --unit=confirm --on-active=5min /bin/sh -c 'echo late > /root/late'");
    expect(await run("farm-02", "systemctl is-active confirm.timer; test -e /root/late || echo not yet")).to.equal(
      "active\nnot yet\n",
    );
    const unit = `[Unit]
Description=tried at each start
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'cat /proc/sys/kernel/random/boot_id >> /root/starts'
[Install]
WantedBy=multi-user.target
`;
    await lab.hosts.of("farm-02").run(["/usr/bin/tee", "/etc/systemd/system/tried.service"], unit);
    const { code } = await lab.hosts
      .of("farm-02")
      .run({ command: "systemctl daemon-reload && systemctl enable tried" });
    expect(code).to.equal(0);
    lab.cluster.clock.step(301);
    await run("farm-02", "until test -e /root/late; do sleep 0.02; done");
    await run("farm-02", "reboot");
    lab.cluster.clock.step(40);
    await Promise.all(lab.cluster.nodes.map((node) => node.started()));
    await run("farm-02", "until cmp -s /root/starts /proc/sys/kernel/random/boot_id; do sleep 0.02; done");
  });

  it("do not come back when they cannot boot, and say why", async () => {
    const host = lab.hosts.of("farm-02");
    await host.run({ command: `echo 'GRUB_CMDLINE_LINUX="root=/dev/nowhere"' > ${DROP_IN}; update-grub; reboot` });
    lab.cluster.clock.step(40);
    const node = lab.cluster.nodes[1];
    await node?.started();
    expect(node?.online).to.equal(false);
    expect(host.trouble).to.include("/dev/nowhere does not exist");
  });
});
