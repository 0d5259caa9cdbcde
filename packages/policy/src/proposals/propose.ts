import { createHash } from 'node:crypto';
import {
  type EgressQuestion,
  type Endpoint,
  type EndpointRule,
  type NetworkPolicy,
  noUsage,
  type PolicyDocument,
} from '@clawhold/spec';
import { compile } from '../compile/compile.ts';
import { canonicalJson } from '../compile/digest.ts';
import { presetTargets } from '../compile/presets.ts';
import type { Snapshot } from '../compile/snapshot.ts';
import { decide } from '../decide/decide.ts';
import { describeQuestion } from '../decide/explain.ts';
import { matchEndpoints } from '../decide/match-endpoints.ts';
import type { Change } from '../diff/change.ts';
import { diffPolicies } from '../diff/diff.ts';
import type { AttemptGroup } from './attempts.ts';
import { distinct, isPlain, narrowestRule, newEndpoint } from './narrowest-rule.ts';

/** A network policy that would have let pass what was refused, for a person to decide about. */
export interface Proposal {
  /** The same denials and the same policy give the same one. */
  readonly id: string;
  readonly agent: string;
  readonly count: number;
  /** What was tried and would be let through, or asked about, in the words of a person. */
  readonly tried: readonly string[];
  /** Its key under `network_policies`, which is free. */
  readonly name: string;
  readonly policy: NetworkPolicy;
  /** Everything that it opens and closes, by example: what was tried, and what else. */
  readonly changes: readonly Change[];
  /** What that comparison could not cover. */
  readonly limits: readonly string[];
}

export interface Proposals {
  readonly proposals: readonly Proposal[];
  /** Groups of denials that no rule can prevent without more: a ceiling, a deny rule, a name that no pattern can spell. */
  readonly without: readonly { readonly what: string; readonly count: number }[];
}

/** So many groups are looked at, the most frequent ones: each costs a comparison of two policies. */
const maximumProposals = 50;

/**
 * The narrowest rules for what was denied. Each is tried: with it `decide` lets through, or asks a person about, all that
 * it names, and its comparison with the policy as it is says what else it opens.
 *
 * @param snapshot the policy of the agent as it is now; what it does not deny any more is no proposal.
 */
export function proposeRules(groups: readonly AttemptGroup[], snapshot: Snapshot, now: number): Proposals {
  const proposals: Proposal[] = [];
  const without: { what: string; count: number }[] = [];
  for (const group of groups) {
    const denied = group.tried.filter(({ question }) => decide(question, snapshot, noUsage, now).kind === 'deny');
    const [first] = denied;
    if (first === undefined) continue;
    const proposal = proposals.length < maximumProposals ? proposalFor(group, denied, snapshot, now) : undefined;
    if (proposal === undefined) without.push({ what: describeQuestion(first.question), count: group.count });
    else proposals.push(proposal);
  }
  return { proposals, without };
}

function proposalFor(
  { agent, executable, count, host }: AttemptGroup,
  denied: AttemptGroup['tried'],
  snapshot: Snapshot,
  now: number,
): Proposal | undefined {
  const document = snapshot.documents.agent ?? { version: 1 };
  const binaries = executable === undefined ? undefined : [{ path: executable }];
  const endpoint = endpointFor(
    denied.map(({ question }) => question),
    snapshot,
    document,
  );
  if (endpoint === undefined || (executable !== undefined && !isPlain(executable))) return undefined;
  const policy: NetworkPolicy = { endpoints: [endpoint], ...(binaries === undefined ? {} : { binaries }) };
  const name = freeName(host, document);
  const after = compile({
    ...snapshot.documents,
    ceiling: snapshot.documents.ceiling ?? { version: 1 },
    agent: { ...document, network_policies: { ...document.network_policies, [name]: policy } },
  });
  if (after.kind === 'invalid') return undefined;
  const passes = denied.filter(({ question }) => decide(question, after.snapshot, noUsage, now).kind !== 'deny');
  if (passes.length === 0) return undefined;
  const { changes, limits } = diffPolicies(snapshot, after.snapshot, now);
  // A rule that takes something away is not what was asked for.
  if (changes.some(({ direction }) => direction === 'closes')) return undefined;
  const tried = passes.map(({ question }) => describeQuestion(question));
  const id = createHash('sha256')
    .update(canonicalJson([agent, policy, snapshot.digest]))
    .digest('hex')
    .slice(0, 10);
  return { id, agent, count, tried, name, policy, changes, limits };
}

/**
 * An endpoint for all of them. Where another endpoint decides about the host today, the new one reads as it does, and
 * allows what it allows: it will be the most specific, and the other would be heard no more.
 */
function endpointFor(
  questions: readonly EgressQuestion[],
  snapshot: Snapshot,
  document: PolicyDocument,
): Endpoint | undefined {
  const [question] = questions;
  const fresh = question === undefined ? undefined : newEndpoint(question);
  if (question === undefined || fresh === undefined) return undefined;
  const rules = distinct(questions.flatMap((one) => narrowestRule(one) ?? []));
  if (question.operation !== undefined && rules.length === 0) return undefined;
  const deciding = decidingEndpoints(question, snapshot, document);
  const [base] = deciding;
  if (base === undefined) return question.operation === undefined ? fresh : { ...fresh, rules };
  const {
    host: _host,
    port: _port,
    ports: _ports,
    rules: _rules,
    access: _access,
    deny_rules: _denies,
    ...reading
  } = base;
  const isExact = deciding.every(({ host }) => host.toLowerCase() === question.host);
  const kept = isExact ? [] : deciding.flatMap(rulesOf);
  const all = distinct([...kept, ...rules]);
  return { host: question.host, port: question.port, ...reading, ...(all.length === 0 ? {} : { rules: all }) };
}

function decidingEndpoints(
  question: EgressQuestion,
  snapshot: Snapshot,
  document: PolicyDocument,
): readonly Endpoint[] {
  const layer = snapshot.layers.find(({ name }) => name === 'agent');
  if (layer === undefined) return [];
  const paths = new Set(matchEndpoints(layer, question).selected.map(({ open }) => open.rule.path));
  return Object.entries(document.network_policies ?? {}).flatMap(([name, { endpoints }]) =>
    endpoints.filter((_, at) => paths.has(`network_policies.${name}.endpoints[${at}]`)),
  );
}

function rulesOf(endpoint: Endpoint): readonly EndpointRule[] {
  return [...presetTargets(endpoint).map((allow) => ({ allow })), ...(endpoint.rules ?? [])];
}

function freeName(host: string, { network_policies: policies = {} }: PolicyDocument): string {
  const base = `proposed_${host.replaceAll(/[^a-z0-9]+/g, '_')}`;
  let name = base;
  for (let count = 2; Object.hasOwn(policies, name); count++) name = `${base}_${count}`;
  return name;
}
