import type { Credentials } from "./connection.ts";
import { Refusal } from "./refusal.ts";

/** What a login answers. */
export interface Ticket {
  readonly ticket: string;
  readonly csrf: string;
}

/** A login under way, or done, since a moment of `performance.now()`. */
interface Asked {
  readonly since: number;
  readonly granted: Promise<Ticket>;
}

/** Tickets are good for two hours; one that is that old is renewed before it fails. */
const RENEW_AFTER = 90 * 60_000;

/** Says with each call who asks. */
export class Authentication {
  readonly #credentials: Credentials;
  readonly #login: (username: string, password: string) => Promise<Ticket>;
  #ticket: Asked | undefined;

  constructor(credentials: Credentials, login: (username: string, password: string) => Promise<Ticket>) {
    this.#credentials = credentials;
    this.#login = login;
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    const known = this.#credentials;
    if (known.by === "token") return { Authorization: `PVEAPIToken=${known.id}=${known.secret}` };
    if (!this.#ticket || performance.now() - this.#ticket.since > RENEW_AFTER)
      this.#ticket = this.#asked(known.username, known.password);
    const { ticket, csrf } = await this.#ticket.granted;
    return { Cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`, CSRFPreventionToken: csrf };
  }

  /** A login that failed is not what the next call goes by; one that was refused is not tried again and again. */
  #asked(username: string, password: string): Asked {
    const ticket = { since: performance.now(), granted: this.#login(username, password) };
    ticket.granted.catch((thrown: unknown) => {
      const isRefused = thrown instanceof Refusal && thrown.status === 401;
      if (!isRefused && this.#ticket === ticket) this.#ticket = undefined;
    });
    return ticket;
  }

  /** Whether another try may be let in: a ticket that was refused is asked for anew, a token stays what it is. */
  forget(): boolean {
    this.#ticket = undefined;
    return this.#credentials.by === "ticket";
  }
}
