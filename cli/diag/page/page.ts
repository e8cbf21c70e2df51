import { counted } from "#providers/core/counting.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { isDisplay } from "#providers/passthrough/chosen-devices.ts";
import { nameOf } from "../../facts/device-name.ts";
import type { Node } from "../../hosts/node.ts";
import type { Answer } from "../../hosts/reach.ts";
import { groupsOf, type Mapped, map } from "../map.ts";
import { type Html, html, markup } from "./html.ts";
import { icon, shapes } from "./icons.ts";
import { type Port, type PortGroup, portsOf } from "./machine.ts";
import { STYLE } from "./style.ts";

interface Seen {
  readonly facts: HostFacts;
  readonly node: Node;
}

/** Machines as one page that needs nothing beside it: ports, groups, devices, drivers, what is the host's and what a guest's. */
export const mapPage = (answers: readonly Answer<Seen>[], now: Date): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${answers.map(({ host }) => host).join(", ")}: devices and IOMMU groups</title>
<style>${markup(STYLE)}</style>
</head>
<body>
${shapes}
<main>
${answers.map((answer) => ("told" in answer ? machine(answer.host, answer.told, now) : untold(answer.host, answer.why)))}
</main>
</body>
</html>
`.text;

const untold = (host: string, why: string): Html =>
  html`<section><header><h1>${host}</h1></header><p class="why">${why}</p></section>`;

function machine(host: string, { facts, node }: Seen, now: Date): Html {
  const found = map(facts).checks.filter(({ ok }) => !ok);
  const read = `${now.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return html`<section>
<header><h1>${host}</h1><p>${node.version ? `PVE ${node.version}, ` : ""}kernel ${facts.kernel}, read ${read}</p></header>
${summary(facts)}
${found.length > 0 ? html`<ul class="found">${found.map(({ what }) => html`<li>${what}</li>`)}</ul>` : undefined}
<ul class="tree">${portsOf(facts, node).map(port)}</ul>
<p class="legend"><span><i class="swatch guest"></i>handed on, or to be</span>
<span><i class="swatch torn"></i>more than one slot: a guest gets all of it or nothing</span>
<span><b class="driver vfio">vfio-pci</b>with a guest, or free for one</span>
<span><b class="driver next">→</b>from the next start on</span>
<span><b class="tag host">uses</b>what the host has on it</span></p>
</section>`;
}

function summary(facts: HostFacts): Html {
  const groups = groupsOf(facts).filter(({ number }) => number !== undefined);
  const devices = groups.flatMap((group) => group.devices);
  const items = [
    counted(facts.devices.filter(isDisplay).length, "display"),
    facts.iommu.on ? counted(groups.length, "IOMMU group") : "IOMMU is off",
    `${devices.filter(({ driver }) => driver === "vfio-pci").length} on vfio-pci`,
  ];
  return html`<ul class="sum">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

const port = ({ bridge, groups }: Port): Html => html`<li class="port">
<div class="bridge">${
  bridge
    ? html`root port <span class="where">${short(bridge.address)}</span><br><small>${groupWords(bridge.group)}</small>`
    : html`on the board<br><small>no root port between</small>`
}</div>
<div class="groups">${groups.map(group)}</div>
</li>`;

function group({ group: { number, isolated }, devices, bridges }: PortGroup): Html {
  const isGuests = devices.some(({ driver, handedOn }) => driver === "vfio-pci" || handedOn.length > 0);
  const kind = isolated || number === undefined ? (isGuests ? " guest" : "") : " torn";
  return html`<article class="group${kind}">
<h2>${groupWords(number)}${isolated || number === undefined ? undefined : html` <em>more than one slot</em>`}</h2>
${devices.map(device)}
${bridges.length > 0 ? html`<div class="via">with the ${bridges.length === 1 ? "bridge" : "bridges"} ${bridges.map(({ address }) => short(address)).join(", ")}</div>` : undefined}
</article>`;
}

function device(one: Mapped): Html {
  const { address, id, bootVga, uses, handedOn } = one;
  const tags = [
    ...(bootVga ? [html`<span class="tag">console</span>`] : []),
    ...(uses.length > 0 ? [html`<span class="tag host">host uses ${uses.join(", ")}</span>`] : []),
    ...handedOn.map((by) => html`<span class="tag guest">handed on by ${by}</span>`),
  ];
  return html`<div class="device${isDisplay(one) ? " display" : ""}">
${icon(one)}<div class="name">${nameOf(one) || `device ${id}`} <span class="where">${short(address)} ${id}</span></div>
${driverPill(one)}
${tags.length > 0 ? html`<div class="tags">${tags}</div>` : undefined}
</div>`;
}

/** The driver that has it, and vfio-pci where that comes with the next start. */
function driverPill({ driver, handedOn }: Mapped): Html {
  if (driver === "vfio-pci") return html`<span class="driver vfio">vfio-pci</span>`;
  if (handedOn.length > 0) return html`<span class="driver next">${driver ?? "no driver"} → vfio-pci</span>`;
  return html`<span class="driver${driver === undefined ? " none" : ""}">${driver ?? "no driver"}</span>`;
}

const groupWords = (number: number | undefined): string => (number === undefined ? "no group" : `group ${number}`);

/** Most machines have one PCI domain. */
const short = (address: string): string => address.replace(/^0000:/, "");
