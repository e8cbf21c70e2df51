import { expect } from "chai";
import { contentOf, isOn, isShared, parseStorages, printStorages } from "../../../lab/storage/storage.ts";

/** As PVE wrote it. */
const FILE = `dir: local
	path /var/lib/vz
	content vztmpl,iso,backup
	prune-backups keep-last=3

lvmthin: local-lvm
	thinpool data
	vgname pve
	content images,rootdir
	nodes pve1,pve2

nfs: nas
	disable
	export /volume1
	path /mnt/pve/nas
	server 192.0.2.40
	content backup

rbd: ceph
	krbd 0

`;

describe("storage.cfg", () => {
  it("is written as it was read, byte for byte", () => {
    expect(printStorages(parseStorages(FILE))).to.equal(FILE);
  });

  it("says what a storage holds, where it is, and whether it is one for all", () => {
    const storages = parseStorages(FILE);
    const told = [...storages].map(([id, storage]) => [
      id,
      contentOf(storage).join(" "),
      isShared(storage),
      isOn(storage, "pve3"),
    ]);
    expect(told).to.deep.equal([
      ["local", "backup iso vztmpl", false, true],
      ["local-lvm", "images rootdir", false, false],
      ["nas", "backup", true, false],
      ["ceph", "images", true, true],
    ]);
  });
});
