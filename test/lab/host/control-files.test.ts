import { once } from "node:events";
import { expect } from "chai";
import type { ControlHandler } from "../../../lab/host/controls.ts";
import { needsHosts, TrialHosts } from "../../support/trial-hosts.ts";

const BIND = "/sys/bus/pci/drivers/vfio-pci/bind";
const OVERRIDE = "/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/driver_override";

/** What was written where, in the order in which it came. */
const written: string[] = [];
const overrides = new Map<string, string>();
const stuck = Promise.withResolvers<void>();

const controls: ControlHandler = {
  read: ({ node }, path) => (path === OVERRIDE ? (overrides.get(node.name) ?? "(null)\n") : { errno: "EIO" }),
  write: async ({ node }, path, text) => {
    if (text === "stuck") {
      stuck.resolve();
      return new Promise(() => undefined);
    }
    // Whoever writes has to wait for this.
    await new Promise((done) => setTimeout(done, 20));
    if (text.startsWith("0000:ff")) return { errno: "ENODEV" };
    if (text.startsWith("throw")) throw new Error("not thought of");
    written.push(`${node.name} ${path} ${text}`);
    if (path === OVERRIDE) overrides.set(node.name, text);
    return undefined;
  },
};

describe("the control files of a host's sysfs", () => {
  let lab: TrialHosts;
  before(async function () {
    await needsHosts(this);
    lab = await TrialHosts.start(["one", "two"], { controls });
    for (const name of ["one", "two"]) for (const path of [BIND, OVERRIDE]) lab.layControl(name, path);
    if (lab.processes.withoutControls) {
      console.log(lab.processes.withoutControls);
      this.skip();
    }
  });
  after(async () => await lab?.close());

  const run = (command: string, name = "one") => lab.run(name, { command });

  it("have their effect before the write returns", async () => {
    expect((await run(`echo vfio-pci > ${OVERRIDE}; cat ${OVERRIDE}`)).stdout).to.equal("vfio-pci\n");
    expect((await run(`cat ${OVERRIDE}`, "two")).stdout).to.equal("(null)\n");
  });

  it("are told what each write carries, as it was written", async () => {
    written.length = 0;
    await run(`printf 0000:01:00.0 > ${BIND}; echo 0000:02:00.0 | tee ${BIND} > /dev/null; echo a >> ${BIND}`);
    expect(written).to.deep.equal([`one ${BIND} 0000:01:00.0`, `one ${BIND} 0000:02:00.0\n`, `one ${BIND} a\n`]);
  });

  it("refuse in the kernel's way, at the write", async () => {
    expect(await run(`echo 0000:ff:00.0 > ${BIND}`)).to.include({
      stderr: "/bin/bash: line 1: echo: write error: No such device\n",
      code: 1,
    });
    const python = `import os; f = os.open("${BIND}", os.O_WRONLY)\ntry: os.write(f, b"0000:ff")\nexcept OSError as e: print(e.errno)`;
    expect((await lab.run("one", ["/usr/bin/python3", "-c", python])).stdout).to.equal("19\n");
    expect((await run(`cat ${BIND}`)).stderr).to.include("Input/output error");
  });

  it("look like files of sysfs, and there is nothing else beside them", async () => {
    expect((await run(`stat -L -c '%F %s %a' ${BIND}`)).stdout).to.equal("regular file 4096 644\n");
    const tries = ["touch /sys/.controls/x", "mkdir /sys/.controls/x", "rm $(readlink -f BIND)", "touch /sys/x"];
    for (const command of tries) expect((await run(command.replace("BIND", BIND))).code, command).to.equal(1);
    expect((await run(`ls -A /sys/.controls; test -w ${BIND} && test -f ${BIND}`)).code).to.equal(0);
  });

  it("answer many at once", async () => {
    written.length = 0;
    await run(`for n in {1..40}; do echo $n > ${BIND} & done; wait`);
    expect(written).to.have.length(40);
  });

  it("let go of a host that goes down while one waits", async () => {
    const child = lab.processes.start(lab.host("two"), { command: `printf stuck > ${BIND}` });
    await stuck.promise;
    const ended = once(child, "exit");
    await lab.processes.powerOff(lab.host("two"));
    await ended;
    await lab.processes.boot(lab.host("two"));
    expect((await run(`cat ${OVERRIDE}`, "two")).stdout).to.equal("(null)\n");
  });
});
