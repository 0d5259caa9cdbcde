import type { Endpoint } from '@clawhold/spec';
import { isAbout, isKnown, isPlain, messageOf, targetsOf } from './about.ts';
import { decides, isRead, type Sight } from './sight.ts';
import { all, any, not, type Term } from './term.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * What is too fine for the model (queries, conditions, messages over a WebSocket) is rounded: `up` to more requests
 * that pass, so that what is proved of them all holds; `down` to fewer, for the policy that something is compared with.
 */
export type Rounding = 'up' | 'down';

/** What one layer says, as terms over one request or connection. */
export interface LayerTerms {
  readonly forbidden: Term;
  /** What is read from the request is not what the rules for it are about, or nobody can say what they mean. */
  readonly unreadable: Term;
  /** More than the head of the request is read. */
  readonly readsMessages: Term;
  readonly allows: Term;
  readonly asks: Term;
  /** Some endpoint decides here. */
  readonly speaks: Term;
  /** Requests in the connection are read. */
  readonly inspects: Term;
  /** The endpoints that decide, each with when it does. */
  readonly selected: readonly { readonly endpoint: Endpoint; readonly when: Term }[];
}

export function layerTerms(sights: readonly Sight[], words: Vocabulary, rounding: Rounding): LayerTerms {
  const first = sights.map((sight) => ({ endpoint: sight.endpoint, when: decides(sight, sights) }));
  const reading = any(first.filter(({ endpoint }) => isRead(endpoint)).map(({ when }) => when));
  // Of equals that differ those that read requests decide.
  const selected = first.map(({ endpoint, when }) => ({
    endpoint,
    when: isRead(endpoint) ? when : all([when, not(reading)]),
  }));
  const asks = any(selected.map(({ endpoint, when }) => all([when, asking(endpoint, words, rounding)])));
  const allowing = any(
    selected.map(({ endpoint, when }) => all([when, any(['connecting', allowed(endpoint, words, rounding)])])),
  );
  const denying = sights
    .filter(({ endpoint }) => deniesSomething(endpoint))
    .map(({ endpoint, matches, maybeCalled }) => ({ endpoint, when: all([matches, maybeCalled]) }));
  const reads = [...selected, ...denying];
  return {
    unreadable: all([
      not('connecting'),
      any([
        ...reads.map(({ endpoint, when }) => all([when, misread(endpoint, words)])),
        ...selected
          .filter(({ endpoint }) => endpoint.allow_encoded_slash !== true)
          .map(({ when }) => all([when, words.encodedSlash])),
        ...(rounding === 'up' ? [] : selected.map(({ endpoint, when }) => all([when, unanswered(endpoint, words)]))),
      ]),
    ]),
    readsMessages: any(reads.flatMap(({ endpoint, when }) => (messageOf(endpoint) === undefined ? [] : [when]))),
    forbidden: all([
      not('connecting'),
      any(denying.map(({ endpoint, when }) => all([when, denied(endpoint, words, rounding)]))),
    ]),
    asks: all([not('connecting'), asks]),
    allows: allowing,
    speaks: any(selected.map(({ when }) => when)),
    inspects: any([reading, ...denying.map(({ when }) => when)]),
    selected,
  };
}

function allowed(endpoint: Endpoint, words: Vocabulary, rounding: Rounding): Term {
  if (!isRead(endpoint)) return 'true';
  if (!isKnown(endpoint)) return rounding === 'up' ? 'true' : 'false';
  const counting = targetsOf(endpoint).allows.filter((target) => rounding === 'up' || isPlain(target));
  return any(counting.map((target) => isAbout(target, endpoint, words, false)));
}

function asking(endpoint: Endpoint, words: Vocabulary, rounding: Rounding): Term {
  if (!isKnown(endpoint)) return rounding === 'up' ? 'false' : 'true';
  const counting = targetsOf(endpoint).asks.filter((target) => rounding === 'down' || isPlain(target));
  return any(counting.map((target) => isAbout(target, endpoint, words, false)));
}

function denied(endpoint: Endpoint, words: Vocabulary, rounding: Rounding): Term {
  if (!isKnown(endpoint)) return rounding === 'up' ? 'false' : 'true';
  const counting = targetsOf(endpoint).denies.filter((target) => rounding === 'down' || isPlain(target));
  return any(counting.map((target) => isAbout(target, endpoint, words, true)));
}

/** A condition of a rule about this request may have no answer. */
function unanswered(endpoint: Endpoint, words: Vocabulary): Term {
  const { allows, asks } = targetsOf(endpoint);
  const conditional = [...allows, ...asks].filter(({ where }) => where !== undefined);
  return isKnown(endpoint) ? any(conditional.map((target) => isAbout(target, endpoint, words, false))) : 'true';
}

/** What this endpoint reads from a request is another message than what there is. */
function misread(endpoint: Endpoint, words: Vocabulary): Term {
  const kind = messageOf(endpoint);
  return kind === undefined ? 'false' : not(words.messages.kind(kind));
}

function deniesSomething({ deny_rules: denies, tools = [] }: Endpoint): boolean {
  return denies !== undefined || tools.some(({ deny }) => deny !== undefined);
}
