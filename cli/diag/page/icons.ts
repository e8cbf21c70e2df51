import type { PciDevice } from "#providers/host/host-facts.ts";
import { type Html, html } from "./html.ts";

/** Outlines on a grid of 16, by what a class of devices is. */
const SHAPES: Readonly<Record<string, string>> = {
  display: "M1.5 2.5h13v8.5h-13zM5.5 13.5h5M8 11v2.5",
  sound: "M2 6v4h2.5l3.5 3V3L4.5 6zM10.5 5.5a3.5 3.5 0 0 1 0 5M12.5 3.5a6.3 6.3 0 0 1 0 9",
  network: "M2 2.5h12v8H2zM5 10.5v3h6v-3M5 5v2.5M8 5v2.5M11 5v2.5",
  disk: "M2 9.5 4 3h8l2 6.5v4H2zM2 9.5h12M11.5 11.5h.5",
  usb: "M8 14.5V2.5M6 4.5l2-2.5 2 2.5M8 11l4-2V7M8 12.5 4 10V8M11 5.5h2V7h-2zM4 6.3a.9.9 0 1 0 .01 0z",
  chip: "M4 4h8v8H4zM6 1.5V4M10 1.5V4M6 12v2.5M10 12v2.5M1.5 6H4M1.5 10H4M12 6h2.5M12 10h2.5",
};

const OF_CLASS: readonly (readonly [start: string, shape: string])[] = [
  ["03", "display"],
  ["04", "sound"],
  ["02", "network"],
  ["01", "disk"],
  ["0c03", "usb"],
];

/** The shapes, once a page. */
export const shapes = html`<svg width="0" height="0" aria-hidden="true">${Object.entries(SHAPES).map(
  ([name, path]) => html`<symbol id="${name}" viewBox="0 0 16 16"><path d="${path}"/></symbol>`,
)}</svg>`;

/** What a device is, as a picture. */
export function icon({ class: kind }: PciDevice): Html {
  const shape = OF_CLASS.find(([start]) => kind.startsWith(start))?.[1] ?? "chip";
  return html`<svg class="icon" aria-hidden="true"><use href="#${shape}"/></svg>`;
}
