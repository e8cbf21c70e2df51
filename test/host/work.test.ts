import { expect } from "chai";
import { HostTree } from "../support/host-tree.ts";

describe("work on a host that takes minutes", () => {
  let tree: HostTree;
  beforeEach(() => {
    tree = new HostTree();
  });
  afterEach(() => tree.remove());

  it("is not taken for one that was ended where it ends while somebody looks", async () => {
    // Asked whether somebody is still at it, it answers when nobody is any more.
    const flock = `[ "$1" != -n ] || until [ -e "$PVE_OPS_ROOT/var/lib/pve-ops/work/long/status" ]; do sleep 0.02; done
      exec /usr/bin/flock "$@"`;
    const step = { do: "work", id: "long", log: "long", seconds: 30, argv: ["sleep", "6"] } as const;
    await tree.withTools({ flock }, async () => {
      expect((await tree.apply([step])).failed).equals(undefined);
    });
  });
});
