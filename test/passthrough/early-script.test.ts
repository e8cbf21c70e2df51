import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { overridesIn } from "../../lab/host/machine/boot/overrides.ts";
import { asked, CARD, intel, MODPROBE, reasons, TWINS } from "./asked.ts";

const SCRIPT = "/etc/initramfs-tools/scripts/init-top/pve-ops-gpu";
const ARGS = { ...CARD, bind: "address" };
const facts = intel({ devices: TWINS });

describe("of two equal cards, one bound by its address", () => {
  const files = asked(ARGS, facts).standing.files;

  it("stays no reason to refuse the other", () => {
    expect(reasons({ ...CARD, bind: "ids" }, facts)[0]).includes('or set bind: "address"');
    expect(reasons(ARGS, facts)).deep.equals([]);
  });

  it("is in no list of ids; the driver of the one that stays waits for vfio-pci, and is loaded", () => {
    expect(files[MODPROBE]).equals(
      [
        "# pve-ops-managed: gpu. Changes here are reverted.",
        "# 0000:01:00.0 [10de:2204]",
        "# 0000:01:00.1 [10de:1aef]",
        ...["nouveau", "nvidia", "nvidia_drm", "nvidiafb", "snd_hda_intel"].map(
          (name) => `softdep ${name} pre: vfio-pci`,
        ),
        "",
      ].join("\n"),
    );
    expect(asked({ ...ARGS, disableVga: true }, facts).standing.files[MODPROBE]).includes(
      "options vfio-pci disable_vga=1\n",
    );
  });

  it("is read so by a lab host too", () => {
    const { overrides, loads } = overridesIn(SCRIPT, files[SCRIPT] ?? "");
    expect([...overrides]).deep.equals([
      ["0000:01:00.0", "vfio-pci"],
      ["0000:01:00.1", "vfio-pci"],
    ]);
    expect(loads).deep.equals(["vfio-pci"]);
  });

  describe("when the host starts", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "init-top-"));
      mkdirSync(join(folder, "bin"));
      writeFileSync(join(folder, "bin/modprobe"), `#!/bin/sh\necho "$*" >> ${folder}/loaded\n`);
      chmodSync(join(folder, "bin/modprobe"), 0o755);
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const has = (address: string, id: string) => {
      const device = join(folder, "sys/bus/pci/devices", address);
      mkdirSync(device, { recursive: true });
      const [vendor, kind] = id.split(":");
      for (const [name, text] of [
        ["vendor", `0x${vendor}`],
        ["device", `0x${kind}`],
        ["driver_override", "(null)"],
      ] as const)
        writeFileSync(join(device, name), `${text}\n`);
    };
    const start = (...words: string[]) =>
      execFileSync(
        "/bin/sh",
        ["-eu", "-c", (files[SCRIPT] ?? "").replaceAll("/sys/", `${folder}/sys/`), "script", ...words],
        {
          env: { PATH: join(folder, "bin") },
          encoding: "utf8",
          stdio: ["ignore", "pipe", "inherit"],
        },
      );
    const override = (address: string) =>
      readFileSync(join(folder, "sys/bus/pci/devices", address, "driver_override"), "utf8").trim();

    it("gives it to vfio-pci, and then loads that", () => {
      for (const { address, id } of TWINS) has(address, id);
      start("");
      expect(TWINS.map(({ address }) => override(address))).deep.equals([
        "vfio-pci",
        "vfio-pci",
        ...Array(5).fill("(null)"),
      ]);
      expect(readFileSync(join(folder, "loaded"), "utf8")).equals("vfio-pci\n");
    });

    it("takes it from a driver that was there before, and from none that it was not given", () => {
      for (const { address, id } of TWINS) has(address, id);
      const drivers = ["0000:01:00.1", "0000:41:00.1"].map((address) =>
        join(folder, "sys/bus/pci/devices", address, "driver"),
      );
      for (const driver of drivers) mkdirSync(driver);
      start("");
      expect(readFileSync(join(drivers[0] ?? "", "unbind"), "utf8")).equals("0000:01:00.1\n");
      expect(existsSync(join(drivers[1] ?? "", "unbind"))).equals(false);
    });

    it("leaves alone what came to its place when the card was moved, and starts where there is nothing", () => {
      has("0000:01:00.0", "1000:0072");
      start("");
      expect(override("0000:01:00.0")).equals("(null)");
    });

    it("has no prerequisites to tell, and does nothing while it is asked for them", () => {
      has("0000:01:00.0", "10de:2204");
      expect(start("prereqs")).equals("");
      expect(override("0000:01:00.0")).equals("(null)");
    });
  });
});
