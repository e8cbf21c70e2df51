import { parse } from "yaml";
import { z } from "zod";
import { desired } from "../../providers/passthrough/desired-vfio.ts";
import { factsOf } from "../../providers/passthrough/vfio-facts.ts";
import { Args } from "../../providers/passthrough/vfio-host-config.args.ts";
import { farmHost } from "./lab-host.ts";
import { STYLE } from "./preview-style.ts";

const Config = z.object({ "pve-ops:vfio": z.tuple([Args.extend({ name: z.string() })]) });

const [WIDTH, LEFT, TEXT, LINE, LONGEST] = [900, 32, 150, 17, 96];

interface Shown {
  readonly kind: "quiet" | "path" | "new" | "effect" | "warning" | "info";
  readonly text: string;
}

/** Pictures of what previews show of cards on hosts of the lab, by their files. */
export const previewPictures: Readonly<Record<string, () => string>> = {
  "docs/resources/vfio-host-config.svg": () =>
    previewPicture(
      "What a preview shows of a card that is handed on",
      `pve-ops:vfio:
  - name: gpu-farm-04
    host: farm-04
    gpus: [{ match: RTX 2080 }]
    reboot: when-needed
    runningGuests: shutdown`,
    ),
  "docs/guides/two-equal-cards.svg": () =>
    previewPicture(
      "What a preview shows of one of two equal cards",
      `pve-ops:vfio:
  - name: first-3090
    host: farm-05
    gpus: [{ address: "0000:01:00" }]
    bind: address`,
    ),
  "docs/guides/zfs-and-systemd-boot.svg": () =>
    previewPicture(
      "What a preview shows of a card on a host that starts by systemd-boot",
      `pve-ops:vfio:
  - name: rtx
    host: farm-03
    gpus: [{ match: RTX 3060 }]`,
    ),
};

function previewPicture(title: string, config: string): string {
  const parts = partsOf(config);
  let y = 84;
  const drawn = parts.map(({ head, lines }) => {
    const from = y;
    y += lines.length * LINE + 26;
    return part(head, lines, from);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-labelledby="title desc">
<title id="title">${title}</title>
<desc id="desc">${parts.map(({ head, lines }) => escaped(`${head}: ${lines.map(({ text }) => text).join(" ")}`)).join(". ")}</desc>
<style>
${STYLE}
</style>
<rect class="card" x=".5" y=".5" width="${WIDTH - 1}" height="${y - 1}" rx="8"/>
<text class="title" x="${LEFT}" y="42">${title}</text>
${drawn.join("\n")}
</svg>
`;
}

function partsOf(config: string): { head: string; lines: Shown[] }[] {
  const [{ name, ...args }] = Config.parse(parse(config))["pve-ops:vfio"];
  const who = { name, urn: "" };
  const { standing, effects, onDelete, findings } = desired(who, args, factsOf(who, args, farmHost(args.host)));
  const as = (kind: Shown["kind"], text: string): Shown[] => wrapped(text).map((line) => ({ kind, text: line }));
  const files = Object.entries(standing.files).flatMap(([path, text]) => [
    ...as("path", path),
    ...text
      .trimEnd()
      .split("\n")
      .flatMap((line) => as("new", line)),
  ]);
  const running = Object.entries(standing.objects).flatMap(([path, text]) => as("new", `${path}: ${text}`));
  return [
    { head: "declared", lines: config.split("\n").map((text) => ({ kind: "quiet", text })) },
    { head: "files", lines: files },
    ...(running.length > 0 ? [{ head: "objects", lines: running }] : []),
    { head: "effects", lines: effects.flatMap(({ kind, detail }) => as("effect", `${kind}: ${detail}`)) },
    { head: "onDelete", lines: onDelete.flatMap(({ kind, detail }) => as("effect", `${kind}: ${detail}`)) },
    {
      head: "findings",
      lines: findings().flatMap(({ level, code, message }) => as(level, `${code}: ${message}`)),
    },
  ];
}

function part(head: string, lines: readonly Shown[], y: number): string {
  const rows = lines.map(
    ({ kind, text }, n) =>
      `<text class="code ${kind}" x="${TEXT}" y="${n * LINE}" xml:space="preserve">${escaped(text)}</text>`,
  );
  return `<g transform="translate(0 ${y})"><path class="line" d="M${LEFT} -20H${WIDTH - LEFT}"/><text class="head" x="${LEFT}">${head}</text>
${rows.join("\n")}
</g>`;
}

/** Lines that are not too long, broken at blanks. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= LONGEST) lines.push(lines.length === 0 ? word : `  ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
