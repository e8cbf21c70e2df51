import { expect } from "chai";
import { Clock } from "../../../lab/clock.ts";
import type { Cluster } from "../../../lab/cluster.ts";
import { readCluster } from "../../../lab/cluster-file.ts";
import { shipped } from "../../../lab/shipped.ts";
import { stateOf } from "../../../lab/state.ts";
import { type LabClient, labClient, ROOT_PASSWORD } from "../../support/lab-client.ts";

const VM = "/nodes/demo-felhom/qemu/102";
const CT = "/nodes/demo-felhom/lxc/101";

describe("guests", () => {
  let cluster: Cluster;
  let client: LabClient;
  const open = async (release: "8.4" | "9.2" = "9.2") => {
    const clock = new Clock(1_800_000_000_000);
    clock.stop();
    cluster = readCluster(shipped("single"), { release, clock, seed: 1 });
    client = await labClient(cluster);
  };
  afterEach(() => client.close());
  const config = async (guest: string, params: object = {}) => Object(await client.told(`GET ${guest}/config`, params));
  const fileOf = (vmid: number) => stateOf(cluster)[`nodes/demo-felhom/qemu-server/${vmid}.conf`];
  const done = async (call: string, params: object = {}) => {
    const upid = await client.told(call, params);
    cluster.clock.step(30);
    return cluster.tasks.find(String(upid))?.end?.status;
  };

  for (const release of ["8.4", "9.2"] as const)
    it(`are listed, told, stopped, changed, started and removed on ${release}`, async () => {
      await open(release);
      expect(await client.told("GET /nodes/demo-felhom/qemu")).to.have.length(1);
      expect(await client.told("GET /nodes/demo-felhom/lxc")).to.have.length(1);
      for (const [guest, kind] of [
        [VM, "qm"],
        [CT, "vz"],
      ]) {
        expect(await client.told(`GET ${guest}/status/current`)).to.include({ status: "running" });
        expect(await done(`POST ${guest}/status/shutdown`)).to.equal("OK");
        expect(await client.told(`GET ${guest}/status/current`)).to.include({ status: "stopped" });
        await client.told(`PUT ${guest}/config`, { cores: 3 });
        expect((await config(guest ?? "")).cores).to.equal(3);
        expect(await done(`POST ${guest}/status/start`)).to.equal("OK");
        if (kind === "qm") expect(await done(`POST ${guest}/status/start`)).to.equal("VM 102 already running");
        else
          expect((await client.ask(`POST ${guest}/status/start`)).body.message ?? "CT 101 already running\n").to.equal(
            "CT 101 already running\n",
          );
        expect((await client.ask(`DELETE ${guest}`)).status).to.equal(500);
        expect(await done(`POST ${guest}/status/stop`)).to.equal("OK");
        expect(await done(`DELETE ${guest}`)).to.equal("OK");
        expect((await client.ask(`GET ${guest}/config`)).reason).to.match(
          /^Configuration file 'nodes\/demo-felhom\/.*' does not exist$/,
        );
        expect(cluster.tasks.all.map(({ type }) => type)).to.include(`${kind}destroy`);
      }
    });

  it("tell numbers and switches as numbers, memory as text, and a digest that changes with them", async () => {
    await open();
    const before = await config(VM);
    expect([before.cores, before.memory, before.name]).to.deep.equal([2, "2048", "docker-vm"]);
    await client.told(`PUT ${VM}/config`, { onboot: 1, description: "a: b\nc", digest: before.digest });
    const after = await config(VM);
    expect([after.onboot, after.description]).to.deep.equal([1, "a: b\nc"]);
    expect(after.digest).to.not.equal(before.digest);
    const late = await client.ask(`PUT ${VM}/config`, { onboot: 0, digest: before.digest });
    expect(late.body.message).to.equal("checksum mismatch (file change by other user?)\n");
    const container = await client.ask(`PUT ${CT}/config`, { onboot: 0, digest: before.digest });
    expect(container.body.message).to.equal(
      "detected modified configuration - file changed by other user? Try again.\n",
    );
  });

  it("that run take at once what they can; the rest waits until they stop, or is taken back", async () => {
    await open();
    await client.told(`PUT ${VM}/config`, { name: "renamed", cores: 4, memory: 4096, delete: "agent" });
    expect(await config(VM))
      .to.include({ name: "renamed", cores: 4, memory: "4096" })
      .and.not.have.property("agent");
    expect(await config(VM, { current: 1 })).to.include({ name: "renamed", cores: 2, memory: "2048" });
    const pending = Object(await client.told(`GET ${VM}/pending`));
    const of = (wanted: string) => pending.find(({ key }: { key: string }) => key === wanted);
    expect(of("cores")).to.deep.equal({ key: "cores", value: 2, pending: 4 });
    await client.told(`PUT ${VM}/config`, { revert: "cores" });
    expect(fileOf(102)).to.include("\n[PENDING]\nmemory: 4096\n");
    expect(await done(`POST ${VM}/status/stop`)).to.equal("OK");
    expect(await config(VM, { current: 1 })).to.include({ cores: 2, memory: "4096" });
    expect(fileOf(102)).to.not.include("[PENDING]");
  });

  it("are changed in a task as well, which fails where PVE would", async () => {
    await open();
    expect(await done(`POST ${VM}/config`, { onboot: 1 })).to.equal("OK");
    expect((await config(VM)).onboot).to.equal(1);
    const upid = String(await client.told(`POST ${VM}/config`, { onboot: 0 }));
    cluster.guests.get(102)?.config.values.set("lock", "migrate");
    cluster.clock.step(10);
    expect(cluster.tasks.find(upid)?.end?.status).to.equal("VM is locked (migrate)");
  });

  it("get a disk where there is room, keep it when it is taken out, and have it removed by force", async () => {
    await open();
    await done(`POST ${VM}/status/stop`);
    await client.told(`PUT ${VM}/config`, { scsi1: "local-lvm:8,ssd=1" });
    expect((await config(VM)).scsi1).to.equal("local-lvm:vm-102-disk-1,size=8G,ssd=1");
    await client.told(`PUT ${VM}/config`, { delete: "scsi1" });
    expect((await config(VM)).unused0).to.equal("local-lvm:vm-102-disk-1");
    await client.told(`PUT ${VM}/config`, { delete: "unused0" });
    await client.told(`PUT ${VM}/config`, { scsi1: "local-lvm:8" });
    await client.told(`PUT ${VM}/config`, { delete: "scsi1", force: 1 });
    expect(await config(VM)).to.not.have.any.keys("scsi1", "unused0");
    const nowhere = await client.ask(`PUT ${VM}/config`, { scsi1: "nowhere:8" });
    expect(nowhere.body.message).to.equal("storage 'nowhere' does not exist\n");
    const unfit = await client.ask(`PUT ${VM}/config`, { scsi1: "local:8" });
    expect(unfit.body.errors).to.deep.equal({ storage: "storage 'local' does not support vm images" });
  });

  it("get an address for a network card that has none, tags once and in order, and a boot order that exists", async () => {
    await open();
    await done(`POST ${VM}/status/stop`);
    await client.told(`PUT ${VM}/config`, { net1: "virtio,bridge=vmbr1", tags: "b;A;b", boot: "order=scsi0;net0" });
    const told = await config(VM);
    expect(told.net1).to.match(/^virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr1$/);
    expect([told.tags, told.boot]).to.deep.equal(["a;b", "order=scsi0;net0"]);
    const wrong = await client.ask(`PUT ${VM}/config`, { boot: "order=scsi9" });
    expect(wrong.body.message).to.equal("invalid bootorder: device 'scsi9' does not exist'\n");
    await client.told(`PUT ${VM}/config`, { delete: "net0" });
    expect((await config(VM)).boot).to.equal("order=scsi0");
  });

  it("that are locked take no change, that are protected are not removed", async () => {
    await open();
    await done(`POST ${VM}/status/stop`);
    cluster.guests.get(102)?.config.values.set("lock", "backup");
    expect((await client.ask(`PUT ${VM}/config`, { cores: 1 })).body.message).to.equal("VM is locked (backup)\n");
    cluster.guests.get(102)?.config.values.delete("lock");
    await client.told(`PUT ${VM}/config`, { protection: 1 });
    expect((await client.ask(`DELETE ${VM}`)).body.message).to.equal("can't remove VM 102 - protection mode enabled\n");
  });

  describe("take a raw PCI device", () => {
    const RAW = { hostpci0: "0000:01:00,pcie=1" };

    it("from root's ticket, to set it, change it and take it out", async () => {
      await open();
      const root = await client.as("root@pam", ROOT_PASSWORD);
      await client.told(`PUT ${VM}/config`, RAW, root);
      await client.told(`PUT ${VM}/config`, { hostpci0: "0000:02:00" }, root);
      await client.told(`PUT ${VM}/config`, { delete: "hostpci0" }, root);
      await client.told(`PUT ${VM}/config`, { args: "-cpu host,kvm=off" }, root);
    });

    for (const { params, message } of [
      { params: RAW, message: "only root can set 'hostpci0' config for non-mapped devices" },
      { params: { args: "-cpu host" }, message: "only root can set 'args' config" },
      { params: { usb0: "host=1234:5678" }, message: "only root can set 'usb0' config for real devices" },
      { params: { serial0: "/dev/ttyS0" }, message: "only root can modify 'serial0' config for real devices" },
    ])
      it(`from no token, not even root's own: «${message}»`, async () => {
        await open();
        const answer = await client.ask(`PUT ${VM}/config`, params);
        expect([answer.status, answer.body.message]).to.deep.equal([500, `${message}\n`]);
      });

    it("out of a machine from no token either", async () => {
      await open();
      await client.told(`PUT ${VM}/config`, RAW, await client.as("root@pam", ROOT_PASSWORD));
      const answer = await client.ask(`PUT ${VM}/config`, { delete: "hostpci0" });
      expect(answer.body.message).to.equal("only root can set 'hostpci0' config for non-mapped devices\n");
    });

    it("by a mapping from whoever may use it", async () => {
      await open();
      await client.told("POST /access/users", { userid: "joe@pve", password: "password" });
      await client.told("PUT /access/acl", { path: "/vms/102", roles: "PVEVMAdmin", users: "joe@pve" });
      const joe = await client.as("joe@pve", "password");
      const mapped = { hostpci0: "mapping=gpu,pcie=1" };
      const refused = await client.ask(`PUT ${VM}/config`, mapped, joe);
      expect(refused.reason).to.equal("Permission check failed (/mapping/pci/gpu, Mapping.Use)");
      await client.told("PUT /access/acl", { path: "/mapping/pci/gpu", roles: "PVEMappingUser", users: "joe@pve" });
      await client.told(`PUT ${VM}/config`, mapped, joe);
      const rom = await client.ask(`PUT ${VM}/config`, { hostpci0: "mapping=gpu,romfile=a.rom" }, joe);
      expect(rom.body.errors).to.deep.equal({ hostpci0: "only root@pam can set 'romfile' option" });
    });
  });

  for (const { role, guest, params, status } of [
    { role: "PVEVMUser", guest: VM, params: { cores: 1 }, status: 403 },
    { role: "PVEVMAdmin", guest: VM, params: { cores: 1 }, status: 200 },
    { role: "PVEVMUser", guest: VM, params: { ciuser: "joe" }, status: 200 },
    { role: "PVEVMUser", guest: VM, params: { ide2: "none,media=cdrom" }, status: 200 },
    { role: "PVEVMUser", guest: VM, params: { ide2: "local-lvm:8" }, status: 403 },
    { role: "PVEVMAdmin", guest: VM, params: { scsi5: "local-lvm:8" }, status: 403 },
    { role: "PVEVMAdmin", guest: VM, params: { startup: "order=1" }, status: 403 },
    { role: "PVEVMAdmin", guest: VM, params: { net1: "virtio,bridge=vmbr0" }, status: 403 },
    { role: "PVEVMAdmin", guest: CT, params: { net1: "name=eth1,bridge=vmbr0" }, status: 403 },
    { role: "PVEVMAdmin", guest: CT, params: { memory: 1024 }, status: 200 },
    { role: "PVEVMAdmin", guest: CT, params: { features: "nesting=1,keyctl=1,fuse=1" }, status: 403 },
    { role: "PVEVMAdmin", guest: CT, params: { mp0: "/srv,mp=/srv" }, status: 403 },
    { role: "PVEVMAdmin", guest: CT, params: { hookscript: "local:snippets/a.sh" }, status: 403 },
  ])
    it(`let ${role} set ${JSON.stringify(params)}: ${status === 200 ? "yes" : "no"}`, async () => {
      await open();
      await client.told("POST /access/users", { userid: "joe@pve", password: "password" });
      await client.told("PUT /access/acl", { path: "/vms", roles: role, users: "joe@pve" });
      const answer = await client.ask(`PUT ${guest}/config`, params, await client.as("joe@pve", "password"));
      expect(answer.status, answer.text).to.equal(status);
    });

  it("let somebody onto a bridge who may use it, or onto those of its VLANs", async () => {
    await open();
    await client.told("POST /access/users", { userid: "joe@pve", password: "password" });
    await client.told("PUT /access/acl", { path: "/vms", roles: "PVEVMAdmin", users: "joe@pve" });
    const vlan = { path: "/sdn/zones/localnetwork/vmbr0/5", roles: "PVESDNUser", users: "joe@pve" };
    await client.told("PUT /access/acl", vlan);
    const joe = await client.as("joe@pve", "password");
    const set = async (net1: string) => (await client.ask(`PUT ${VM}/config`, { net1 }, joe)).reason;
    expect(await set("virtio,bridge=vmbr0,tag=5")).to.equal("OK");
    expect(await set("virtio,bridge=vmbr0,trunks=5;6-7")).to.equal(
      "Permission check failed (/sdn/zones/localnetwork/vmbr0/6, SDN.Use)",
    );
    expect(await set("virtio,bridge=vmbr0")).to.equal(
      "Permission check failed (/sdn/zones/localnetwork/vmbr0, SDN.Use)",
    );
  });

  for (const { guest, params, status, words } of [
    { guest: VM, params: {}, status: 500, words: "no options specified" },
    { guest: VM, params: { delete: "colour" }, status: 400, words: "unknown option 'colour'" },
    {
      guest: VM,
      params: { cores: 1, delete: "cores" },
      status: 400,
      words: "you can't use '-cores' and -delete cores' at the same time",
    },
    {
      guest: VM,
      params: { memory: 512, balloon: 1024 },
      status: 500,
      words: "balloon value too large (must be smaller than assigned memory)",
    },
    { guest: VM, params: { skiplock: 1, cores: 1 }, status: 400, words: "Only root may use this option." },
    { guest: CT, params: {}, status: 500, words: "no options specified" },
    {
      guest: CT,
      params: { cores: 1, delete: "cores" },
      status: 400,
      words: "you can't use '-cores' and -delete cores' at the same time",
    },
    {
      guest: "/nodes/demo-felhom/qemu/101",
      params: { cores: 1 },
      status: 500,
      words: "Configuration file 'nodes/demo-felhom/qemu-server/101.conf' does not exist",
    },
  ])
    it(`refuse ${JSON.stringify(params)} for ${guest} with «${words}»`, async () => {
      await open();
      const answer = await client.ask(`PUT ${guest}/config`, params);
      expect(answer.status, answer.text).to.equal(status);
      expect(answer.text).to.include(words);
    });
});
