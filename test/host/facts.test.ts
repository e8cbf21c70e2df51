import { execFileSync } from "node:child_process";
import { closeSync, constants, existsSync, mkdirSync, openSync, readdirSync, renameSync, symlinkSync } from "node:fs";
import { hostname } from "node:os";
import { expect } from "chai";
import { HostTree } from "../support/host-tree.ts";

for (const shell of ["dash", "bash"])
  describe(`what a host tells of itself, by ${shell}`, () => {
    let tree: HostTree;
    beforeEach(() => {
      tree = new HostTree(shell);
    });
    afterEach(() => tree.remove());

    it("is which guests start with it and take a card, a snapshot's words aside, and no more of their configs", async () => {
      const guest = (vmid: number, ...lines: string[]) =>
        tree.lay(`/etc/pve/qemu-server/${vmid}.conf`, lines.map((line) => `${line}\n`).join(""));
      guest(101, "cipassword: $5$secret", "onboot: 1", "hostpci0: 0000:01:00,pcie=1,x-vga=1", "hostpci1: mapping=nic");
      guest(102, "hostpci0: 02:00");
      guest(103, "onboot: 1", "", "[before]", "hostpci0: 03:00");
      const { said, files } = await tree.facts();
      expect(said["starting"]).equals("101 0000:01:00,pcie=1,x-vga=1\n101 mapping=nic");
      expect(JSON.stringify({ said, files })).not.includes("secret");
    });

    it("is what the cluster's mappings stand for, and which of its nodes it is", async () => {
      expect((await tree.facts()).said).not.any.keys("mappings", "node");
      tree.lay("/etc/pve/mapping/pci.cfg", "gpu\n\tmap id=10de:2504,node=pve1,path=0000:01:00\n");
      const { mappings, node } = (await tree.facts()).said;
      expect(mappings).equals("gpu\n\tmap id=10de:2504,node=pve1,path=0000:01:00");
      expect(node).equals(hostname());
    });

    it("is which containers use its cards", async () => {
      tree.lay("/etc/pve/lxc/105.conf", "arch: amd64\ndev0: /dev/dri/renderD128,gid=104\n");
      tree.lay("/etc/pve/lxc/106.conf", "lxc.mount.entry: /dev/nvidia0 dev/nvidia0 none bind,optional,create=file\n");
      tree.lay("/etc/pve/lxc/107.conf", "dev0: /dev/ttyUSB0\n");
      expect((await tree.facts()).said["containers"]).equals("105\n106");
    });

    it("is told by a boot tool that mounts elsewhere than one that fills the partitions meanwhile, and leaves nothing", async () => {
      tree.lay("/etc/kernel/proxmox-boot-uuids", "5A2B-11C3\n");
      // As Proxmox VE's has it.
      await tree.withTools({ "proxmox-boot-tool": 'mkdir "$TMPDIR/espmounts"; echo "in $TMPDIR"' }, async () => {
        const told = (await tree.facts()).said["proxmox-boot-tool"] ?? "";
        const place = /^in (\/.+)$/.exec(told)?.[1] ?? "";
        expect(place).not.equals("");
        expect(existsSync(place)).equals(false);
        expect((await tree.facts()).said["proxmox-boot-tool"]).not.equals(told);
      });
    });
  });

describe("a host on which something hangs", () => {
  let tree: HostTree;
  let hanging: string;
  beforeEach(() => {
    tree = new HostTree();
    mkdirSync(tree.at("/proc/spl/kstat/zfs"), { recursive: true });
    mkdirSync(tree.at("/etc/pve/lxc"), { recursive: true });
    hanging = tree.at("/etc/pve/lxc/101.conf");
    execFileSync("mkfifo", [hanging]);
    const links = { "block/sda": "0000:00:17.0/ata1/block/sda", "net/eno1": "0000:00:1f.6/net/eno1" };
    for (const [name, place] of Object.entries(links)) {
      mkdirSync(tree.at(`/sys/class/${name}/..`), { recursive: true });
      symlinkSync(`../../devices/pci0000:00/${place}`, tree.at(`/sys/class/${name}`));
    }
  });
  afterEach(() => {
    closeSync(openSync(hanging, constants.O_WRONLY | constants.O_NONBLOCK));
    tree.remove();
  });

  it("tells all but what does not answer, each disk counts as used, and whoever comes then is not kept waiting", async () => {
    const { facts } = await tree.withTools({ zpool: "exec sleep 60" }, () => tree.apply([]));
    expect(facts.late).members(["zpool", "/etc/pve"]);
    expect(facts.uses).deep.equals({ "0000:00:17.0": ["sda"] });
    expect(facts.said).not.any.keys("zpool", "starting");
    expect(readdirSync(tree.at("/run"))).deep.equals(["pve-ops"]);

    // Both still hang, for the first one.
    const lists = tree.at("/etc/pve/lxc");
    renameSync(lists, `${lists}.away`);
    hanging = `${lists}.away/101.conf`;
    const then = await tree.withTools({ zpool: "echo" }, () => tree.apply([], 1));
    expect(then.failed).equals(undefined);
    expect(then.facts.late).deep.equals([]);
  });
});
