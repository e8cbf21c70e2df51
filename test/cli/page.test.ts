import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { mapPage } from "../../cli/diag/page/page.ts";
import { Browser, browserHere } from "./browser.ts";
import { facts, GROUPED, node } from "./machines.ts";

const NOW = new Date("2026-11-21T20:00:00Z");
const CONF = { "/etc/modprobe.d/vfio.conf": "options vfio-pci ids=10de:1e87,10de:10f8\n" };
const seen = { host: "pve1", told: { facts: facts({ devices: GROUPED, files: CONF }), node: node() } };
const page = mapPage([seen, { host: "pve<2>", why: "connecting to pve<2>: refused" }], NOW);

/** Of each piece of text: how much it stands out from what is behind it, as WCAG counts it. */
const FAINTEST = `Math.min(...[...document.querySelectorAll("h1, h2, p, li, .name, .where, .driver, .tag, small")].map((one) => {
  const light = (colour) => {
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((n) => (n / 255 <= 0.04045 ? n / 255 / 12.92 : ((n / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  let behind = one;
  while (/, 0\\)$|transparent/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
  const [a, b] = [light(getComputedStyle(one).color), light(getComputedStyle(behind).backgroundColor)];
  return Math.max(a, b) / Math.min(a, b);
}))`;

describe("the map as a page", () => {
  it("is one file with nothing to fetch and no script, and nothing that a host says is markup", () => {
    expect(page).not.matches(/<script|https?:|url\(|@import| src=| href="(?!#)/);
    expect(page).includes("<h1>pve&lt;2&gt;</h1>").and.not.includes("pve<2>");
  });

  it("draws each root port with its groups, what is on the board last, and bridges as what comes along", () => {
    const ports = [...page.matchAll(/root port <span class="where">(\S+)<\/span>|on the board/g)].map(([, at]) => at);
    expect(ports).deep.equals(["00:01.0", "00:1c.0", undefined]);
    expect(page).includes("with the bridge 00:1f.0");
  });

  describe("in a browser", function () {
    this.timeout(60_000);
    let browser: Browser;
    let folder: string;
    before(async function () {
      const program = browserHere();
      if (program === undefined) return this.skip();
      folder = mkdtempSync(join(tmpdir(), "pve-ops-page-"));
      writeFileSync(join(folder, "map.html"), page);
      browser = await Browser.open(program);
    });
    after(async () => {
      await browser?.close();
      if (folder) rmSync(folder, { recursive: true });
    });

    for (const scheme of ["light", "dark"] as const)
      for (const width of [1200, 400])
        it(`shows every device, readable by ${scheme === "light" ? "day" : "night"}, ${width} pixels wide`, async () => {
          await browser.show(pathToFileURL(join(folder, "map.html")).href, scheme, width);
          const text = String(await browser.value("document.body.innerText"));
          for (const words of [
            "NVIDIA GeForce RTX 2080",
            "nouveau → vfio-pci",
            "host uses nvme0n1",
            "group 1",
            "console",
          ])
            expect(text).includes(words);
          const isWhole = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
          expect(await browser.value(isWhole)).equals(true);
          expect(Number(await browser.value(FAINTEST))).above(4.5);
          const icons = '[...document.querySelectorAll(".device .icon")].every((one) => one.getBBox().width > 5)';
          expect(await browser.value(icons)).equals(true);
        });

    it("has no errors and asks for nothing", () => {
      const methods = browser.events.map(({ method }) => method);
      expect(methods).not.includes("Log.entryAdded").and.not.includes("Runtime.exceptionThrown");
      const asked = browser.events.flatMap(({ method, params }) =>
        method === "Network.requestWillBeSent" ? [JSON.stringify(params)] : [],
      );
      expect(asked.filter((one) => !one.includes("map.html"))).deep.equals([]);
    });
  });
});
