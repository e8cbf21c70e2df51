import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { build } from "../../setup/engine/build.ts";
import { cacheFolder } from "../../setup/engine/cache.ts";
import { download } from "../../setup/engine/download.ts";
import { ensureEngine, ways } from "../../setup/engine/engine.ts";
import { engineEnvironment } from "../../setup/engine/environment.ts";
import { atLeast, ENGINE, OLDEST } from "../../setup/engine/version.ts";

const silent = () => {};

describe("a version", () => {
  for (const [a, b, is] of [
    ["v3.250.0", "3.220.0", true],
    ["3.220.0", "3.220.0", true],
    ["3.219.9", "3.220.0", false],
    ["4.0.0", "3.220.0", true],
    ["3.220.1-dev.0", "3.220.0", true],
    ["1.26.8.0", "1.21.0", true],
    ["nonsense", "3.220.0", false],
  ] as const)
    it(`${a} is ${is ? "" : "not "}${b} or newer`, () => expect(atLeast(a, b)).to.equal(is));
});

describe("PVE_OPS_ENGINE", () => {
  it("chooses one way, or a folder; without it all ways are tried in order", () => {
    for (const none of [undefined, "", "auto"]) expect(ways(none)).to.deep.equal(["path", "download", "build"]);
    expect(ways("build")).to.deep.equal(["build"]);
    expect(ways("/opt/pulumi/bin")).to.deep.equal({ folder: "/opt/pulumi/bin" });
    expect(() => ways("Build")).to.throw(
      'PVE_OPS_ENGINE is "Build": want path, download, build, auto, or the path of a folder',
    );
  });
});

describe("an engine", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pve-ops-engine-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const program = (name: string, prints: string) => {
    const file = join(folder, "bin", name);
    mkdirSync(join(folder, "bin"), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${prints}\n`);
    chmodSync(file, 0o755);
  };
  const onPath = (more = {}) =>
    ensureEngine(silent, {
      PATH: join(folder, "bin"),
      PVE_OPS_CACHE: join(folder, "cache"),
      PVE_OPS_ENGINE: "path",
      ...more,
    });
  const whyNot = (work: Promise<unknown>) =>
    work.then(
      () => expect.fail("one was found"),
      (error: Error) => error.message,
    );

  it("on PATH is taken if it is new enough and whole", async () => {
    for (const name of ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]) program(name, "");
    program("pulumi", "echo v3.999.0");
    expect(await onPath()).to.deep.equal({ bin: join(folder, "bin"), version: "3.999.0", from: "PATH" });
  });

  it("on PATH that will not do is passed by, with the reason", async () => {
    expect(await whyNot(onPath())).to.include("path: no pulumi there");
    program("pulumi", "echo v3.100.0");
    expect(await whyNot(onPath())).to.match(new RegExp(`is v3\\.100\\.0, needed is ${OLDEST} or newer`));
    program("pulumi", "echo v3.999.0");
    expect(await whyNot(onPath())).to.match(/not pulumi-language-nodejs and pulumi-resource-pulumi-nodejs/);
    program("pulumi", "echo broken >&2; exit 3");
    expect(await whyNot(onPath())).to.match(/does not run: broken/);
  });

  it("that cannot be had in any way is explained, way by way, with what to do", async () => {
    const message = await whyNot(onPath({ PVE_OPS_ENGINE: "build" }));
    expect(message).to.match(
      /^no Pulumi engine can be had here:\n {2}build, kept: none in the cache yet\n {2}build: there is no go/,
    );
    expect(message).to.match(/\nThat is what PVE_OPS_ENGINE allows \(build\): without it, all ways are tried\.$/);
  });

  it("that is not there in the folder that was chosen is not replaced by another", async () => {
    const message = await whyNot(onPath({ PVE_OPS_ENGINE: join(folder, "nothing") }));
    expect(message).to.include(`PVE_OPS_ENGINE=${join(folder, "nothing")}: no pulumi there`);
  });

  describe("that is downloaded", () => {
    let server: Server;
    let answer: { status: number; body: string };
    let url: string;
    beforeEach(async () => {
      server = createServer((_, response) => response.writeHead(answer.status).end(answer.body));
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      const address = server.address();
      url = typeof address === "object" ? `http://127.0.0.1:${address?.port}/install.sh` : "";
    });
    afterEach(() => server.close());

    it("comes by Pulumi's own install script, into the cache", async () => {
      const script = `while [ "$1" != --install-root ]; do shift; done
mkdir -p "$2/bin"; echo "$4" >"$2/bin/pulumi"`;
      answer = { status: 200, body: script };
      const cache = join(folder, "cache");
      const attempt = await download(cache, silent, url);
      const bin = join(cache, `downloaded-${ENGINE}`, "bin");
      expect(attempt).to.deep.equal({ engine: { bin, version: ENGINE, from: "download" } });
      expect(existsSync(join(bin, "pulumi"))).to.equal(true);
      expect(readdirSync(cache), "nothing half made is left").to.deep.equal([`downloaded-${ENGINE}`]);
    });

    it("and fails is given up with the reason, and leaves nothing", async () => {
      const cache = join(folder, "cache");
      answer = { status: 200, body: "echo no room >&2; exit 1" };
      expect(await download(cache, silent, url)).to.deep.equal({ why: "Pulumi's install script failed: no room" });
      expect(readdirSync(cache)).to.deep.equal([]);
      answer = { status: 503, body: "" };
      expect(await download(cache, silent, url)).to.deep.equal({ why: "the download answered 503" });
    });

    it("from where nothing answers is given up", async () => {
      server.close();
      expect(await download(join(folder, "cache"), silent, url))
        .to.have.property("why")
        .that.match(/^the download cannot be reached/);
    });
  });

  it("is not built with a Go that is too old", async () => {
    program("go", "echo go1.20.14");
    expect(await build(join(folder, "cache"), silent, { PATH: join(folder, "bin") })).to.deep.equal({
      why: "go is 1.20.14, building needs 1.21.0 or newer",
    });
  });

  it("gets a home, a state and settings of its own, and none of the caller's", () => {
    process.env["PULUMI_ACCESS_TOKEN"] = "theirs";
    process.env["PVE_TOKEN_SECRET"] = "theirs";
    try {
      const env = engineEnvironment({ bin: "/engine", version: ENGINE, from: "build" }, folder);
      expect(JSON.stringify(env)).not.to.include("theirs");
      expect(env["PULUMI_HOME"]).to.equal(join(folder, "home"));
      expect(env["PULUMI_BACKEND_URL"]).to.equal(`file://${join(folder, "state")}`);
      expect(env["PULUMI_SKIP_UPDATE_CHECK"]).to.equal("true");
    } finally {
      delete process.env["PULUMI_ACCESS_TOKEN"];
      delete process.env["PVE_TOKEN_SECRET"];
    }
  });

  it("is kept under the user's cache, or where PVE_OPS_CACHE says", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: "/c" })).to.equal("/c/pve-ops");
    expect(cacheFolder({ PVE_OPS_CACHE: "/mine" })).to.equal("/mine");
    for (const env of [{}, { PVE_OPS_CACHE: "" }]) expect(cacheFolder(env)).to.match(/\.cache\/pve-ops$/);
    expect(cacheFolder({ PVE_OPS_CACHE: "here" })).to.equal(join(process.cwd(), "here"));
  });

  it("that cannot be kept anywhere is not begun, and the folder is named", async () => {
    writeFileSync(join(folder, "file"), "");
    const why = await whyNot(download(join(folder, "file/cache"), silent, "data:text/plain,exit 0"));
    expect(why).to.match(
      /^the cache \S+file\/cache cannot be written \(.*\): let PVE_OPS_CACHE name a folder that can$/,
    );
  });
});
