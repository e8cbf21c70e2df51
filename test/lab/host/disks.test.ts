import { expect } from "chai";
import { OneHost } from "../../support/one-host.ts";
import { needsHosts } from "../../support/trial-hosts.ts";

const KINDS = {
  "on LVM": [
    { board: "z790" },
    /^\/dev\/mapper\/pve-root \/ ext4 .*\n\/dev\/nvme0n1p2 \/boot\/efi vfat /m,
    "/dev/dm-0",
    "no pools available\n",
  ],
  "on a pool": [
    { board: "z790", boot: "systemd-boot" },
    /^rpool\/ROOT\/pve-1 \/ zfs /m,
    "",
    /^rpool\t.*\n\t\/dev\/nvme0n1p3\t.*\tONLINE\n$/,
  ],
} as const;

describe("what a host says of its disks", function () {
  this.timeout(60_000);
  before(async function () {
    await needsHosts(this);
  });

  for (const [kind, [hardware, mounts, swap, pools]] of Object.entries(KINDS))
    it(`is of itself alone, with its root ${kind}`, async () => {
      const on = await OneHost.start(hardware);
      try {
        const told = await on.says("cat /proc/mounts");
        expect(told).to.match(mounts);
        const sources = told.split("\n").map((line) => line.split(" ")[0] ?? "");
        expect(
          sources.filter((source) => source.startsWith("/dev/") && !/nvme0n1|pve-root|fuse/.test(source)),
        ).to.deep.equal([]);
        expect(await on.says("sed 1d /proc/swaps | cut -d ' ' -f 1")).to.equal(swap);
        expect((await on.host.run({ command: "zpool list -vHLP" })).stdout).to.match(new RegExp(pools));
      } finally {
        await on.close();
      }
    });
});
