import { Trouble } from "../../core/trouble.ts";

/** A host as it is written on one line: `user@host:port`, where all but the host may be left out. */
export interface Target {
  readonly user: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
}

/** Reads `user@host:port`; an IPv6 address stands in brackets where a port follows. */
export function targetIn(key: string, text: string): Target {
  const whole = text.replace(/^ssh:\/\//, "").replace(/\/$/, "");
  const [, user, bracketed, plain, digits] =
    /^(?:([^@\s]+)@)?(?:\[([^\]\s]+)\]|([^\s@:]+))(?::(\d{1,5}))?$/.exec(whole) ?? [];
  const host = bracketed ?? plain ?? (/^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(whole) ? whole : undefined);
  const port = digits === undefined ? undefined : Number(digits);
  // What begins with a dash would be an option to a program that is given it.
  if (host !== undefined && !host.startsWith("-") && (port === undefined || (port > 0 && port < 65536)))
    return { user, host, port };
  throw new Trouble({
    doing: `reading ${key} from the stack config`,
    came: `${JSON.stringify(text)} is no host`,
    next: "Write it like root@192.0.2.11:22, or as an alias of ~/.ssh/config",
  });
}
