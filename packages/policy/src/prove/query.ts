import { type Confidentiality, confidentialityLevels, integrityLevels } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { endpointSites } from '../space/endpoint-site.ts';
import type { Claim } from './claim.ts';
import { type PolicyTerms, policyTerms } from './policy-term.ts';
import { Callers } from './sight.ts';
import { all, any, not, type Term } from './term.ts';
import { type Meaning, Vocabulary } from './vocabulary.ts';

/** A question to a solver: is there a request that breaks the claim? */
export interface Query {
  readonly callers: Callers;
  readonly meaning: Meaning;
  /** @param excluded terms about requests that are known not to break it. */
  script(excluded: readonly Term[], milliseconds: number): string;
}

/**
 * Writes a claim as a question in SMT-LIB. The policy is rounded up where the model is too coarse, and what it is
 * compared with is rounded down, so that no answer means that nothing breaks the claim.
 *
 * @param byRules leave out what the platform blocks whatever the rules say.
 */
export function queryOf(claim: Claim, snapshot: Snapshot, byRules = false): Query {
  const callers = new Callers();
  const snapshots = claim.kind === 'growth' ? [snapshot, claim.before] : [snapshot];
  const words = new Vocabulary(endpointSites(snapshots).map(({ endpoint }) => endpoint));
  const policy = policyTerms(snapshot, callers, words, 'up');
  const broken = brokenBy(claim, byRules ? { ...policy, passes: policy.byRules } : policy, callers, words);
  const lists = callers.lists().map(({ variable }) => variable);
  const meaning = words.meaning();
  const { messages } = meaning;
  const variables = [
    'host',
    'path',
    'method',
    ...messages.variables,
    ...numbers,
    'connecting',
    'unknown_caller',
    ...lists,
  ];
  const rules = [
    '(<= 1 port 65535)',
    `(<= 0 confidentiality ${confidentialityLevels.length - 1})`,
    `(<= 0 integrity ${integrityLevels.length - 1})`,
    broken,
    // Where nobody reads a message there is none.
    any([words.messages.kind('none'), policy.readsMessages]),
  ];
  return {
    callers,
    meaning,
    script: (excluded, milliseconds) =>
      [
        `(set-option :timeout ${milliseconds})`,
        ...meaning.definitions,
        ...numbers.map((name) => `(declare-const ${name} Int)`),
        ...['connecting', 'unknown_caller', ...lists].map((name) => `(declare-const ${name} Bool)`),
        ...[...rules, ...excluded.map(not)].map((term) => `(assert ${term})`),
        '(check-sat)',
        `(get-value (${variables.join(' ')}))`,
      ].join('\n'),
  };
}

const numbers = ['port', 'confidentiality', 'integrity'];

function brokenBy(claim: Claim, policy: PolicyTerms, callers: Callers, words: Vocabulary): Term {
  // A connection whose requests are read lets nothing pass by itself.
  const passes = any([all([policy.passes, not('connecting')]), policy.passesUnread]);
  switch (claim.kind) {
    case 'link_local':
      return all([any([policy.passes, policy.passesUnread]), 'link_local']);
    case 'inspection_bypass':
      return all([policy.passesUnread, any(policy.credentialPlaces)]);
    case 'credential_reach': {
      const own = policy.selected.filter(({ endpoint }) => endpoint.credential_binding?.provider === claim.provider);
      const elsewhere = not(any(claim.hosts.map((host) => words.host(host))));
      return all([policy.passes, not('connecting'), any(own.map(({ when }) => when)), elsewhere]);
    }
    case 'growth': {
      const before = policyTerms(claim.before, callers, words, 'down');
      return any([
        all([policy.passes, not('connecting'), not(before.passes)]),
        all([policy.passesUnread, not(before.passesUnread)]),
      ]);
    }
    case 'label_reach':
      return all([
        passes,
        words.host(claim.host),
        `(= confidentiality ${levelOf(claim.data.confidentiality)})`,
        `(= integrity ${integrityLevels.indexOf(claim.data.integrity)})`,
      ]);
    default:
      return claim satisfies never;
  }
}

function levelOf(confidentiality: Confidentiality): number {
  return confidentialityLevels.indexOf(confidentiality);
}
