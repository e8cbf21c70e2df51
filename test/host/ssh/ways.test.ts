import { once } from "node:events";
import { existsSync, readFileSync, watch } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { failureOf } from "../../support/failure.ts";
import { endHosts, hostsFrom } from "../../support/hosts.ts";
import { portOf } from "../../support/port.ts";
import { fingerprintIn, hasSshd, Sshd } from "../../support/sshd.ts";

const started: Sshd[] = [];
const start = async (lines: string[] = []): Promise<Sshd> => {
  const sshd = await Sshd.start({ lines });
  started.push(sshd);
  return sshd;
};
const settings = (sshd: Sshd, more: object = {}) => ({
  user: sshd.user,
  port: sshd.port,
  privateKeyFile: sshd.key,
  hostKey: fingerprintIn(sshd.hostKey()),
  ...more,
});
const shellOf = (sshd: Sshd, more: object = {}) =>
  hostsFrom(settings(sshd, more), { pve1: { address: "127.0.0.1" } }).shell("pve1");
/** Waits until a program on the host has made a file. */
async function made(folder: string, name: string): Promise<void> {
  const watcher = watch(folder);
  while (!existsSync(join(folder, name))) await once(watcher, "change");
  watcher.close();
}

describe("the way to a host", () => {
  before(function () {
    if (!hasSshd()) this.skip();
  });
  afterEach(async () => {
    await endHosts();
    await Promise.all(started.splice(0).map((sshd) => sshd.end()));
  });

  describe("that was lost", () => {
    it("before a program is found again, and the program runs once", async () => {
      const sshd = await start();
      const shell = shellOf(sshd);
      await shell.run("exit 0");
      sshd.sessions[0]?.kill("SIGKILL");
      expect((await shell.run(`echo x >> ${sshd.folder}/ran`)).code).to.equal(0);
      expect(readFileSync(join(sshd.folder, "ran"), "utf8")).to.equal("x\n");
      expect(sshd.sessions).to.have.length(2);
    });

    it("in a program is an error that says it may have run", async () => {
      const sshd = await start();
      const running = failureOf(shellOf(sshd).run(`touch ${sshd.folder}/begun; exec sleep 30`));
      await made(sshd.folder, "begun");
      sshd.sessions[0]?.kill("SIGKILL");
      const { message } = await running;
      expect(message).to.include("running a program on pve1 (");
      expect(message).to.include("the connection ended before the program did, which may have run");
      expect(sshd.sessions).to.have.length(1);
    });

    it("in a program that may be repeated is found again, once", async () => {
      const sshd = await start();
      const program = `echo x >> ${sshd.folder}/ran; [ "$(wc -l < ${sshd.folder}/ran)" -gt 1 ] || exec sleep 30`;
      const running = shellOf(sshd).run(program, "", { repeatable: true });
      await made(sshd.folder, "ran");
      sshd.sessions[0]?.kill("SIGKILL");
      expect((await running).code).to.equal(0);
      expect(readFileSync(join(sshd.folder, "ran"), "utf8")).to.equal("x\nx\n");
    });

    it("after a program leaves what it said as it is", async () => {
      const sshd = await start();
      const ran = await shellOf(sshd).run("echo done");
      sshd.sessions[0]?.kill("SIGKILL");
      expect(ran.stdout.toString()).to.equal("done\n");
    });

    it("to a server that froze is noticed", async () => {
      const sshd = await start();
      const running = failureOf(shellOf(sshd, { keepAlive: 0.1 }).run(`touch ${sshd.folder}/begun; exec sleep 30`));
      await made(sshd.folder, "begun");
      sshd.sessions[0]?.kill("SIGSTOP");
      expect((await running).message).to.include("it gave no sign of life any more");
    });

    it("is ended by us though the server froze", async () => {
      const sshd = await start();
      const hosts = hostsFrom(settings(sshd), { pve1: { address: "127.0.0.1" } });
      const running = failureOf(hosts.shell("pve1").run(`touch ${sshd.folder}/begun; exec sleep 30`));
      await made(sshd.folder, "begun");
      sshd.sessions[0]?.kill("SIGSTOP");
      await hosts.end();
      expect((await running).message).to.include("which may have run (we closed it)");
    });
  });

  describe("that cannot be had", () => {
    const sockets: Socket[] = [];
    const listening = async (answer: (socket: Socket) => void) => {
      const server = createServer((socket) => {
        sockets.push(socket.on("error", () => undefined));
        answer(socket);
      });
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      return server;
    };
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.destroy();
    });

    for (const { what, answer, words } of [
      {
        what: "says nothing",
        answer: () => undefined,
        words: "it took the connection and then said nothing within 0.3 s",
      },
      { what: "hangs up", answer: (socket: Socket) => void socket.end(), words: "no SSH connection came about" },
      {
        what: "speaks another language",
        answer: (socket: Socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
        words: "Look whether it is sshd that listens on port",
      },
      {
        what: "greets and then says nothing",
        answer: (socket: Socket) => void socket.write("SSH-2.0-Silent\r\n"),
        words: "said nothing within 0.3 s",
      },
    ])
      it(`since a server ${what}, is given up in time`, async () => {
        const server = await listening(answer);
        const sshd = await start();
        const shell = shellOf(sshd, { port: portOf(server), connectTimeout: 0.3 });
        const { message } = await failureOf(shell.run("exit 0"));
        expect(message)
          .to.include(`connecting to pve1 (${sshd.user}@127.0.0.1:${portOf(server)})`)
          .and.include(words);
        server.close();
      });

    it("since its name stands for no address, is said with where to write one", async () => {
      // Too long for a name, so that no server is asked for it.
      const name = "x".repeat(64);
      const shell = hostsFrom(settings(await start(), {}), { pve1: { address: name } }).shell("pve1");
      expect((await failureOf(shell.run("exit 0"))).message)
        .to.match(/no address is known here for the name x+ \((ENOTFOUND|EAI_AGAIN)\)/)
        .and.include("pve:nodes.<name>.address");
    });

    it("since nobody listens, is said, and not tried again by each resource", async () => {
      const server = await listening(() => undefined);
      const port = portOf(server);
      await new Promise((done) => server.close(done));
      const sshd = await start();
      const shell = shellOf(sshd, { port });
      const all = await Promise.all([1, 2, 3].map(() => failureOf(shell.run("exit 0"))));
      expect(all[0]?.message).to.include("it cannot be reached (ECONNREFUSED)").and.include("pve:ssh.jump");
      expect(new Set([...all, await failureOf(shell.run("exit 0"))]).size).to.equal(1);
    });
  });
});
