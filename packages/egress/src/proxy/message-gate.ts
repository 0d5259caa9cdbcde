import { refusal } from '@clawhold/policy';
import type { Decision, EgressQuestion } from '@clawhold/spec';
import type { ReadMessage } from '../inspection/content.ts';
import type { Fault } from '../wire/fault.ts';
import type { ProxyContext } from './context.ts';
import type { Incoming } from './incoming.ts';
import { admit, decide, overrule, refuse } from './judge.ts';
import { questionAbout } from './messages.ts';
import { report } from './record.ts';
import { readTerms, type Terms } from './terms.ts';

/** What came of the question about one message. */
export type Passage =
  | {
      readonly kind: 'passed';
      /** What was decided about credentials in it, one list for each decision. */
      readonly credentials: Terms['credentials'];
      /** To be called when it went out. */
      readonly sent: () => void;
    }
  /** With a sentence for the program. */
  | { readonly kind: 'refused'; readonly text: string }
  | Fault;

/** Decides on messages that come when a request was let through, each by itself: of a client, or of a server that asks. */
export interface MessageGate {
  /** @param text the whole message where it was read, so that a person can say yes to exactly it. */
  pass(message: ReadMessage, text: Buffer | undefined): Promise<Passage>;
}

/** The request that was let through. */
interface LetThrough {
  readonly question: EgressQuestion;
  readonly url: string;
  /** Where the messages go; null for those that come. */
  readonly address: string | null;
  /** Of the answer to it. */
  readonly status: number;
}

export function createMessageGate(
  context: ProxyContext,
  incoming: Incoming,
  { question: asked, url, address, status }: LetThrough,
): MessageGate {
  const { identity, method } = incoming;
  const { hooks } = context;
  // The bytes are told of once, with the connection.
  const traffic = { requestBytes: 0, responseBytes: 0 };
  const tell = (question: EgressQuestion, decision: Decision, outcome: 'answered' | 'refused'): void =>
    report(context, identity, { method, url, question, decision, traffic }, outcome, status, null);

  return {
    async pass(message, text) {
      const { action: _ofTheRequest, ...head } = asked;
      const outline = { ...head, data: hooks.dataLabel(identity) };
      const question = questionAbout(context, incoming, outline, message, text);
      if (question.kind === 'fault') return question;
      const decision = await decide(context, question);
      if (decision.kind !== 'allow') {
        const judged = await refuse(context, identity, question, decision);
        tell(question, decision, 'refused');
        return {
          kind: 'refused',
          text: sentence(question, decision, judged.kind === 'refused' ? judged.proposal : undefined),
        };
      }
      const admission = await admit(context, { identity, question, decision, address });
      if (admission.kind === 'go') {
        const { credentials } = readTerms(decision);
        return { kind: 'passed', credentials, sent: () => tell(question, decision, 'answered') };
      }
      const overruled = overrule(decision, admission.reason);
      tell(question, overruled, 'refused');
      return { kind: 'refused', text: sentence(question, overruled, undefined) };
    },
  };
}

function sentence(question: EgressQuestion, decision: Decision, proposal: string | undefined): string {
  const { reasons } = refusal(question, decision, proposal);
  const words = reasons.map(({ text }) => text).join(' ');
  return proposal === undefined ? words : `${proposal}: ${words}`;
}
