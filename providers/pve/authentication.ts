import type { Connection, Credentials } from "./connection.ts";

/** What a login answers. */
export interface Ticket {
  readonly ticket: string;
  readonly csrf: string;
}

/** Tickets are good for two hours; one that is that old is renewed before it fails. */
const RENEW_AFTER = 90 * 60_000;

/** Says with each call who asks. */
export class Authentication {
  readonly #credentials: Credentials;
  readonly #login: (username: string, password: string) => Promise<Ticket>;
  #ticket: { readonly since: number; readonly granted: Promise<Ticket> } | undefined;

  constructor({ credentials }: Connection, login: (username: string, password: string) => Promise<Ticket>) {
    this.#credentials = credentials;
    this.#login = login;
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    const known = this.#credentials;
    if (known.by === "token") return { Authorization: `PVEAPIToken=${known.id}=${known.secret}` };
    if (!this.#ticket || performance.now() - this.#ticket.since > RENEW_AFTER)
      this.#ticket = { since: performance.now(), granted: this.#login(known.username, known.password) };
    const { ticket, csrf } = await this.#ticket.granted;
    return { Cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`, CSRFPreventionToken: csrf };
  }

  /** Whether another try may be let in: a ticket that was refused is asked for anew, a token stays what it is. */
  forget(): boolean {
    this.#ticket = undefined;
    return this.#credentials.by === "ticket";
  }
}
