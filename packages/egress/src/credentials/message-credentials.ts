import type { ProxyContext } from '../proxy/context.ts';
import type { Incoming } from '../proxy/incoming.ts';
import type { Terms } from '../proxy/terms.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { type CredentialTerm, permitAll, type SeenRequest, seenRequest, tellMisuse } from './permission.ts';
import { PlaceholderScanner } from './placeholder-scanner.ts';
import { obtainRecorded } from './recorded-values.ts';
import { fillMessage, messageSightings } from './text-message.ts';

/** A message whose placeholders must not become credentials. */
interface Misused {
  readonly kind: 'refused';
  readonly text: string;
}

/** The credentials in the messages that one WebSocket carries to its server. */
export class MessageCredentials {
  /** Texts are held until they are whole, because a credential may be filled in. Others are looked through as they pass. */
  readonly readsTexts: boolean;
  readonly #context: ProxyContext;
  readonly #request: SeenRequest;
  readonly #terms: Terms;

  /** @param upgrade as it was decided and recorded. @param terms what was decided about it. */
  constructor(context: ProxyContext, upgrade: Incoming, terms: Terms) {
    this.#context = context;
    this.#request = seenRequest(upgrade, terms);
    this.#terms = terms;
    this.readsTexts =
      terms.credentials.flat().some(({ websocket }) => websocket) &&
      context.hooks.credentials.holdsAny(upgrade.identity);
  }

  /** Looks for placeholders in a message as it streams by: says why it must be broken off, once. */
  watch(): (piece: Buffer) => Misused | undefined {
    const scanner = new PlaceholderScanner();
    return (piece) => {
      if (!scanner.shows(piece)) return undefined;
      tellMisuse(this.#context.hooks.credentials, this.#request, misplaced.text);
      return misplaced;
    };
  }

  /**
   * A text as it leaves: with its credentials, when their use was recorded.
   *
   * @param decided what was decided about the message itself, for those that rules are about.
   */
  async fill(message: Buffer, decided: readonly (readonly CredentialTerm[])[]): Promise<Buffer | Misused | Fault> {
    const seen = messageSightings(message);
    if (seen.length === 0) return message;
    const { credentials: desk } = this.#context.hooks;
    const permitted = permitAll(desk, this.#request, [...this.#terms.credentials, ...decided], seen);
    if ('code' in permitted) return { kind: 'refused', text: permitted.text };
    const values = await obtainRecorded(desk, this.#request, permitted);
    if (values.kind === 'fault') return values;
    const filled = fillMessage(message, values.texts);
    return filled.length > this.#context.limits.webSocketMessageBytes ? tooLong : filled;
  }
}

const misplaced: Misused = {
  kind: 'refused',
  text: 'A placeholder stood in a message, where none is filled in.',
};
const tooLong: Fault = fault('message_size', 'A message is larger than what is let through.', 413);
