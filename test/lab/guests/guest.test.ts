import { expect } from "chai";
import fc from "fast-check";
import { digestOf, parseConfig, printConfig } from "../../../lab/guests/guest.ts";

/** As PVE wrote them. */
const FILES = {
  "a virtual machine with what waits and a snapshot": `#Runs the shop%3A do not stop
#second line
agent: 1
boot: order=scsi0;net0
cores: 4
memory: 8192
name: shop
net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
parent: before
scsi0: local-lvm:vm-100-disk-0,size=32G

[PENDING]
cores: 8
delete: !scsi1,vga

[before]
cores: 2
memory: 4096
snaptime: 1700000000
`,
  "a container with lines for LXC": `arch: amd64
cores: 1
hostname: ct
memory: 512
net0: name=eth0,bridge=vmbr0,ip=dhcp
rootfs: local-lvm:vm-200-disk-0,size=8G
lxc.cgroup2.devices.allow: c 226:0 rwm
lxc.mount.entry: /dev/dri dev/dri none bind,optional,create=dir
`,
  nothing: "",
};

describe("a guest's file", () => {
  for (const [name, text] of Object.entries(FILES))
    it(`of ${name} is written as it was read, byte for byte`, () => {
      expect(printConfig(parseConfig(text))).to.equal(text);
    });

  it("tells free text, what waits, and what is going to be taken out", () => {
    const config = parseConfig(FILES["a virtual machine with what waits and a snapshot"]);
    expect(config.values.get("description")).to.equal("Runs the shop: do not stop\nsecond line");
    expect([...config.pending]).to.deep.equal([["cores", "8"]]);
    expect([...config.dropped]).to.deep.equal([
      ["scsi1", { force: true }],
      ["vga", { force: false }],
    ]);
    expect(config.snapshots.get("before")?.get("cores")).to.equal("2");
  });

  it("is the same after writing and reading, whatever is in it, and its digest says whether it changed", () => {
    const key = fc.constantFrom("name", "cores", "memory", "net0", "scsi0", "tags");
    const value = fc.stringMatching(/^[a-z0-9,=:;/._-]{1,30}$/);
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter((one) => /\S/.test(one));
    const values = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name });
    fc.assert(
      fc.property(values, text, values, (set, description, waits) => {
        const config = parseConfig("");
        for (const [name, one] of set) config.values.set(name, one);
        config.values.set("description", description.replace(/\s+$/, ""));
        for (const [name, one] of waits) config.pending.set(name, one);
        const again = parseConfig(printConfig(config));
        expect(printConfig(again)).to.equal(printConfig(config));
        expect(again.values).to.deep.equal(config.values);
        expect(again.pending).to.deep.equal(config.pending);
        expect(digestOf(again)).to.equal(digestOf(config));
        again.values.set("onboot", "1");
        expect(digestOf(again)).to.not.equal(digestOf(config));
      }),
    );
  });
});
