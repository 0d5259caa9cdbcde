import { limits, type RunId } from '@clawhold/spec';
import { newSecret, secretDigest } from '../identity/secret.ts';

/** Who may be at which agent's page, in which conversation. */
export interface PageVisit {
  readonly person: string;
  readonly agent: string;
  readonly run: RunId;
}

/** A person at the page of one agent. */
export interface PageSession extends PageVisit {
  /** Aborted at its end. */
  readonly ended: AbortSignal;
  /** What was refused in it and is on record. */
  readonly refused: Set<string>;
}

interface Held {
  readonly session: PageSession;
  readonly over: AbortController;
  readonly begunAt: number;
  usedAt: number;
}

/** Who is signed in at pages of agents: in the memory of this process, as digests, and gone with it. */
export class PageSessions {
  readonly #now: () => number;
  readonly #tickets = new Map<string, { readonly visit: PageVisit; readonly until: number }>();
  readonly #sessions = new Map<string, Held>();

  /** @param now milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Works once, soon, and at the page of this agent only. */
  newTicket(visit: PageVisit): string {
    this.sweep();
    const ticket = newSecret();
    this.#tickets.set(secretDigest(ticket), { visit, until: this.#now() + limits.controlUiTicketSeconds * 1_000 });
    return ticket;
  }

  /** The cookie of a new session; undefined when the ticket is unknown, used, too old or another agent's. */
  exchange(ticket: string, agent: string): string | undefined {
    this.sweep();
    const digest = secretDigest(ticket);
    const visit = this.#tickets.get(digest)?.visit;
    this.#tickets.delete(digest);
    if (visit?.agent !== agent) return undefined;
    const cookie = newSecret();
    const over = new AbortController();
    const now = this.#now();
    const session = { ...visit, ended: over.signal, refused: new Set<string>() };
    this.#sessions.set(secretDigest(cookie), { session, over, begunAt: now, usedAt: now });
    return cookie;
  }

  /** Whose it is. */
  check(cookie: string, agent: string): PageSession | undefined {
    this.sweep();
    const session = this.#sessions.get(secretDigest(cookie))?.session;
    return session?.agent === agent ? session : undefined;
  }

  /** A person did something there, which prolongs it. */
  use(session: PageSession): void {
    for (const held of this.#sessions.values()) if (held.session === session) held.usedAt = this.#now();
  }

  /** Ends those that this is true of, with everything that is open in them, and takes their links. */
  end(which: (visit: PageVisit) => boolean): void {
    for (const [digest, { visit }] of this.#tickets) if (which(visit)) this.#tickets.delete(digest);
    for (const [digest, { session, over }] of this.#sessions) {
      if (!which(session)) continue;
      this.#sessions.delete(digest);
      over.abort();
    }
  }

  /** Ends what nobody used for too long, and what is too old, however it is used: a page can use it by itself. */
  sweep(): void {
    const now = this.#now();
    for (const [digest, { until }] of this.#tickets) if (until < now) this.#tickets.delete(digest);
    for (const [digest, { over, begunAt, usedAt }] of this.#sessions) {
      const isUsed = now - usedAt <= limits.controlUiSessionSeconds * 1_000;
      if (isUsed && now - begunAt <= limits.consoleSessionSeconds * 1_000) continue;
      this.#sessions.delete(digest);
      over.abort();
    }
  }
}
