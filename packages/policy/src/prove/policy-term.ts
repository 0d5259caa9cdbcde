import { confidentialityLevels, integrityLevels, type PolicyDocument } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import type { RuleLayer } from '../load/layer.ts';
import { type LayerTerms, layerTerms, type Rounding } from './layer-term.ts';
import { type Callers, exchangesCredential, type Sight, sightsOf } from './sight.ts';
import { all, any, not, type Term } from './term.ts';
import type { Vocabulary } from './vocabulary.ts';

/** When a policy lets something pass without asking anybody, and what goes with it. */
export interface PolicyTerms {
  /** By the rules alone, without what the platform blocks whatever they say. */
  readonly byRules: Term;
  readonly passes: Term;
  /** Passes, and nobody reads what is in it; for a connection. */
  readonly passesUnread: Term;
  readonly selected: LayerTerms['selected'];
  /** More than the head of the request is read. */
  readonly readsMessages: Term;
  /** Host and port of endpoints that exchange a credential. */
  readonly credentialPlaces: readonly Term[];
}

interface Layer {
  readonly name: RuleLayer;
  readonly bounds: boolean;
  readonly terms: LayerTerms;
  readonly sights: readonly Sight[];
}

export function policyTerms(snapshot: Snapshot, callers: Callers, words: Vocabulary, rounding: Rounding): PolicyTerms {
  const layers = snapshot.layers.map(({ name }): Layer => {
    const document = documentOf(snapshot, name);
    const sights = sightsOf(document, callers, words);
    const terms = layerTerms(sights, words, rounding);
    return { name, bounds: document.network_policies !== undefined, terms, sights };
  });
  const selected = layers.flatMap(({ terms }) => terms.selected);
  const inspects = any(layers.map(({ terms }) => terms.inspects));
  const service = any([...snapshot.services].map((host) => words.host(host)));
  const byRules = all([
    ...layers.map(({ terms }) => not(any([terms.forbidden, terms.unreadable]))),
    ...layers.filter(({ name, bounds }) => name === 'ceiling' && bounds).map(({ terms }) => within(terms, service)),
    given(
      layers.filter(({ name }) => name !== 'ceiling').map(({ terms }) => terms),
      snapshot,
      rounding,
    ),
    not(keptIn(selected, inspects)),
    not(stoppedByFlows(snapshot, selected, service, inspects, rounding)),
  ]);
  const passes = all([byRules, not('blocked')]);
  const credentialPlaces = layers.flatMap(({ sights }) =>
    sights.filter(({ endpoint }) => exchangesCredential(endpoint)).map(({ place }) => place),
  );
  return {
    byRules,
    passes,
    passesUnread: all([passes, 'connecting', not(inspects)]),
    selected,
    readsMessages: any(layers.map(({ terms }) => terms.readsMessages)),
    credentialPlaces,
  };
}

function documentOf(snapshot: Snapshot, name: RuleLayer): PolicyDocument {
  return snapshot.documents[name] ?? { version: 1 };
}

function within({ allows, asks, speaks }: LayerTerms, service: Term): Term {
  return any([all([allows, not(asks)]), all([service, not(speaks)])]);
}

/** Some layer below the ceiling allows it and none asks; while a policy learns everything is let through. */
function given(layers: readonly LayerTerms[], { learnsUntil }: Snapshot, rounding: Rounding): Term {
  const asks = any(layers.map((terms) => terms.asks));
  const allows = learnsUntil !== null && rounding === 'up' ? 'true' : any(layers.map((terms) => terms.allows));
  return all([allows, not(asks)]);
}

/** An endpoint that decides keeps data with this label in. */
function keptIn(selected: LayerTerms['selected'], inspects: Term): Term {
  const kept = selected.flatMap(({ endpoint, when }) => {
    const words = endpoint.request?.forbid ?? [];
    const level = words.includes('internal') ? 'internal' : words.includes('secret') ? 'secret' : undefined;
    return level === undefined ? [] : [all([when, atLeastAsGuarded(level)])];
  });
  return all([any(kept), any([not('connecting'), not(inspects)])]);
}

/** A flow rule about readers outside; those about single values need a request with such values. */
function stoppedByFlows(
  snapshot: Snapshot,
  selected: LayerTerms['selected'],
  service: Term,
  inspects: Term,
  rounding: Rounding,
): Term {
  const local = selected.filter(({ endpoint }) => endpoint.response?.label === 'local').map(({ when }) => when);
  const outside = rounding === 'up' ? not(any([service, ...local])) : 'true';
  const falls = snapshot.flows.flatMap(({ condition: { from, to } }) => {
    // Rounded down, a rule about values may be about this request too.
    if (to.reader === undefined || (to.parameter !== undefined && rounding === 'up')) return [];
    return [
      all([
        from.integrity === undefined ? 'true' : atLeastAsUntrusted(from.integrity),
        from.confidentiality === undefined ? 'true' : atLeastAsGuarded(from.confidentiality),
        outside,
      ]),
    ];
  });
  return all([any(falls), any([not('connecting'), not(inspects)])]);
}

/** Labels are numbers, the more guarded or the less trusted the higher. */
function atLeastAsGuarded(level: (typeof confidentialityLevels)[number]): Term {
  return `(>= confidentiality ${confidentialityLevels.indexOf(level)})`;
}

function atLeastAsUntrusted(level: (typeof integrityLevels)[number]): Term {
  return `(>= integrity ${integrityLevels.indexOf(level)})`;
}
