import { chmodSync, existsSync } from "node:fs";
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

    it("is which containers use its cards", async () => {
      tree.lay("/etc/pve/lxc/105.conf", "arch: amd64\ndev0: /dev/dri/renderD128,gid=104\n");
      tree.lay("/etc/pve/lxc/106.conf", "lxc.mount.entry: /dev/nvidia0 dev/nvidia0 none bind,optional,create=file\n");
      tree.lay("/etc/pve/lxc/107.conf", "dev0: /dev/ttyUSB0\n");
      expect((await tree.facts()).said["containers"]).equals("105\n106");
    });

    it("is told by a boot tool that mounts elsewhere than one that fills the partitions meanwhile, and leaves nothing", async () => {
      const tool = tree.at("/tool/proxmox-boot-tool");
      // As Proxmox VE's has it.
      tree.lay("/tool/proxmox-boot-tool", '#!/bin/sh\nmkdir "$TMPDIR/espmounts"; echo "in $TMPDIR"\n');
      chmodSync(tool, 0o755);
      tree.lay("/etc/kernel/proxmox-boot-uuids", "5A2B-11C3\n");
      const before = process.env["PATH"];
      process.env["PATH"] = `${tree.at("/tool")}:${before}`;
      try {
        const told = (await tree.facts()).said["proxmox-boot-tool"] ?? "";
        const place = /^in (\/.+)$/.exec(told)?.[1] ?? "";
        expect(place).not.equals("");
        expect(existsSync(place)).equals(false);
        expect((await tree.facts()).said["proxmox-boot-tool"]).not.equals(told);
      } finally {
        process.env["PATH"] = before;
      }
    });
  });
