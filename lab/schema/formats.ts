import { accessFormats } from "./formats/access.ts";
import { calendarEvent } from "./formats/calendar-event.ts";
import { clusterFormats } from "./formats/cluster.ts";
import { firewallFormats } from "./formats/firewall.ts";
import { guestFormats } from "./formats/guest.ts";
import { listItems } from "./formats/list-items.ts";
import { networkFormats } from "./formats/network.ts";
import { sdnFormats } from "./formats/sdn.ts";
import { storageFormats } from "./formats/storage.ts";
import { only, type Validators } from "./formats/validator.ts";

export { listItems };

/** The formats of plain texts that are held to a rule. */
export const validators: Validators = {
  string: () => {},
  urlencoded: only(/^[-%a-zA-Z0-9_.!~*'()]*$/, (text) => `invalid urlencoded string: ${text}`),
  "pve-configid": only(/^[a-z][a-z0-9_-]+$/i, (text) => `invalid configuration ID '${text}'`),
  "pve-calendar-event": calendarEvent,
  ...accessFormats,
  ...clusterFormats,
  ...firewallFormats,
  ...guestFormats,
  ...networkFormats,
  ...sdnFormats,
  ...storageFormats,
};

/** The formats that are not held to anything, whatever PVE says of them. */
export const LET_THROUGH: readonly string[] = ["pve-command-batch"];

/** Throws a `FormatError` where `text` is not as its format wants it. */
export function checkFormat(format: string, text: string): void {
  const [, name = format, kind] = /^(.*?)(?:-(list|opt))?$/.exec(format) ?? [];
  const validator = validators[name];
  if (!validator || (kind === "opt" && (text === "" || text === "0"))) return;
  for (const item of kind === "list" ? listItems(text) : [text]) validator(item);
}
