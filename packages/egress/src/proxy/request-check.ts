import { withheldCall } from '../answers/withheld-call.ts';
import type { RequestCredentials } from '../credentials/request-credentials.ts';
import { screen } from '../detection/forbidden-content.ts';
import type { ReadMessage } from '../inspection/content.ts';
import { type Soon, whenThere } from '../wire/soon.ts';
import type { ProxyContext } from './context.ts';
import type { Outgoing } from './forward.ts';
import type { Incoming } from './incoming.ts';
import type { Objection } from './judge.ts';
import type { Terms } from './terms.ts';

/** What is looked at of an allowed request before it is recorded: the tools it calls, what it holds, its credentials. */
export class RequestCheck {
  /** The body with which it will leave. */
  outgoing: Outgoing;
  /** Those that were read in it. */
  messages: readonly ReadMessage[] = [];
  readonly #context: ProxyContext;
  readonly #incoming: Incoming;
  readonly #credentials: RequestCredentials;

  constructor(context: ProxyContext, incoming: Incoming, credentials: RequestCredentials, outgoing: Outgoing) {
    this.#context = context;
    this.#incoming = incoming;
    this.#credentials = credentials;
    this.outgoing = outgoing;
  }

  objectionTo(terms: Terms): Soon<Objection | undefined> {
    const withheld = withheldCall(this.#context, this.#incoming, this.messages, terms);
    if (withheld !== undefined) return { reason: withheld };
    return whenThere(screen(this.#context, this.#incoming, this.outgoing, terms), (screened) => {
      if (screened.kind === 'refused') return screened;
      this.outgoing = screened.body;
      const objecting = this.#credentials.check(terms, this.outgoing);
      return whenThere(objecting, (reason) => (reason === undefined ? undefined : { reason }));
    });
  }
}
