import type { Endpoint } from '@clawhold/spec';
import { protocolOf } from '../load/endpoint-protocol.ts';
import { decides, isAbout, isPlain, isRead, rulesOf, type Sight } from './sight.ts';
import { all, any, not, type Term } from './term.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * What is too fine for the model (queries, conditions, messages of other protocols) is rounded: `up` to more requests
 * that pass, so that what is proved of them all holds; `down` to fewer, for the policy that something is compared with.
 */
export type Rounding = 'up' | 'down';

/** What one layer says, as terms over one request or connection. */
export interface LayerTerms {
  readonly forbidden: Term;
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
  const denying = sights.filter(({ endpoint }) => endpoint.deny_rules !== undefined || deniesTools(endpoint));
  return {
    forbidden: all([
      not('connecting'),
      any(
        denying.map(({ endpoint, matches, maybeCalled }) =>
          all([matches, maybeCalled, denied(endpoint, words, rounding)]),
        ),
      ),
    ]),
    asks: all([not('connecting'), asks]),
    allows: allowing,
    speaks: any(selected.map(({ when }) => when)),
    inspects: any([reading, ...denying.map(({ matches, maybeCalled }) => all([matches, maybeCalled]))]),
    selected,
  };
}

/** Whether the model knows all that decides about a request at this endpoint. */
function isKnown(endpoint: Endpoint): boolean {
  const protocol = protocolOf(endpoint);
  return protocol === 'tcp' || protocol === 'rest';
}

function allowed(endpoint: Endpoint, words: Vocabulary, rounding: Rounding): Term {
  if (!isRead(endpoint)) return 'true';
  if (!isKnown(endpoint)) return rounding === 'up' ? 'true' : 'false';
  const { allows } = rulesOf(endpoint);
  return any(allows.filter((target) => rounding === 'up' || isPlain(target)).map((target) => isAbout(target, words)));
}

function asking(endpoint: Endpoint, words: Vocabulary, rounding: Rounding): Term {
  if (!isKnown(endpoint)) return rounding === 'up' ? 'false' : 'true';
  const { asks } = rulesOf(endpoint);
  return any(asks.filter((target) => rounding === 'down' || isPlain(target)).map((target) => isAbout(target, words)));
}

function denied(endpoint: Endpoint, words: Vocabulary, rounding: Rounding): Term {
  if (!isKnown(endpoint)) return rounding === 'up' ? 'false' : 'true';
  const denies = endpoint.deny_rules ?? [];
  return any(denies.filter((target) => rounding === 'down' || isPlain(target)).map((target) => isAbout(target, words)));
}

function deniesTools({ tools = [] }: Endpoint): boolean {
  return tools.some(({ deny }) => deny !== undefined);
}
