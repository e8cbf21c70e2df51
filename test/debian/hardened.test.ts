import { once } from "node:events";
import { expect } from "chai";
import ssh2 from "ssh2";
import { command } from "../../setup/engine/command.ts";
import { good } from "../support/fixture.ts";
import { HARDENED, SHELLS } from "./hardened.ts";
import { DebianHost } from "./host.ts";
import { orSkip } from "./why.ts";

describe("a hardened Debian host", function () {
  this.timeout(300_000);
  let host: DebianHost | undefined;

  before(async function () {
    await orSkip(this);
  });
  afterEach(() => host?.close());

  for (const rootShell of SHELLS)
    it(`has ${rootShell} as root's shell, prints what nobody asked for, speaks German, and runs nothing in /tmp`, async () => {
      host = await DebianHost.start({ ...HARDENED, rootShell });
      const { name, login } = host;
      const script = "sh -c 'umask; ls /nope; cp /bin/true /tmp; /tmp/true'";
      const to = ["-F", login.sshConfig, "-o", "LogLevel=INFO", name];
      const { code, stdout, stderr } = await command("ssh", [...to, script]);
      expect(code).to.equal(126);
      expect(stdout).to.match(/0077$/m);
      expect(stderr).to.include("Go away.").and.to.include("Datei oder Verzeichnis nicht gefunden");
      if (rootShell !== "/bin/dash") expect(stdout).to.include("says hello");
      expect(await good(host.run("getent passwd root"))).to.match(new RegExp(`:${rootShell}\n$`));
    });

  it("has one session a connection, and refuses the second", async () => {
    host = await DebianHost.start(HARDENED);
    const { address, port, key } = host.login;
    const client = new ssh2.Client();
    client.connect({ host: address, port, username: "root", privateKey: key });
    await once(client, "ready");
    const session = () => new Promise<Error | undefined>((done) => client.exec("cat", (error) => done(error)));
    expect(await session()).to.equal(undefined);
    expect(await session())
      .to.be.an("error")
      .with.property("message")
      .that.includes("open failed");
    const closed = once(client, "close");
    client.end();
    await closed;
  });
});
