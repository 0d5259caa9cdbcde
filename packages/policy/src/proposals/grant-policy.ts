import { createHash } from 'node:crypto';
import {
  type Decision,
  type EgressQuestion,
  type GrantRule,
  type NetworkPolicy,
  noUsage,
  type ProposalId,
} from '@clawhold/spec';
import { canonicalJson } from '../compile/digest.ts';
import { withGrants } from '../compile/grants.ts';
import type { Snapshot } from '../compile/snapshot.ts';
import { decide } from '../decide/decide.ts';
import { describeQuestion } from '../decide/explain.ts';
import type { Change } from '../diff/change.ts';
import { diffPolicies } from '../diff/diff.ts';
import { hasEncodedSlash } from '../request/path.ts';
import { distinct, isPlain, narrowestRule, newEndpoint } from './narrowest-rule.ts';
import { generalised } from './patterns.ts';

/** The policy of an agent with the rules that were granted beside it. */
export interface GoverningPolicy {
  readonly snapshot: Snapshot;
  readonly grants: readonly GrantRule[];
}

export type GrantPolicy =
  | {
      readonly kind: 'ok';
      readonly policy: NetworkPolicy;
      /** What it lets pass, or asks about, in the words of a person. */
      readonly tried: readonly string[];
    }
  /** @property decision absent when the language has no rule that is about this only. */
  | { readonly kind: 'refused'; readonly question: EgressQuestion; readonly decision?: Decision };

/**
 * The narrowest policy to grant that lets pass, or asks about, every one of these requests, which go to one host and
 * port. Refused when one of them needs no rule, or when no rule can open it: a ceiling, a deny rule, the platform.
 *
 * @param patterns paths that differ in one segment only are taken for one pattern.
 */
export function grantPolicy(
  questions: readonly [EgressQuestion, ...EgressQuestion[]],
  governing: GoverningPolicy,
  now: number,
  patterns = false,
): GrantPolicy {
  const before = enforcing(governing);
  for (const question of questions) {
    const decision = decide(question, before, noUsage, now);
    if (decision.kind !== 'deny' || decision.reasons[0]?.code !== 'no_rule')
      return { kind: 'refused', question, decision };
  }
  const [first] = questions;
  const policy = narrowestPolicy(questions, patterns);
  if (policy === undefined) return { kind: 'refused', question: first };
  const after = opened(governing, policy);
  for (const question of questions) {
    const decision = decide(question, after, noUsage, now);
    if (decision.kind === 'deny') return { kind: 'refused', question, decision };
  }
  return { kind: 'ok', policy, tried: [...new Set(questions.map(describeQuestion))] };
}

/** Everything that granting a policy opens, by example. */
export function grantOpens(
  policy: NetworkPolicy,
  governing: GoverningPolicy,
  now: number,
): { readonly changes: readonly Change[]; readonly limits: readonly string[] } {
  const { changes, limits } = diffPolicies(enforcing(governing), opened(governing, policy), now);
  return { changes, limits };
}

/** Names what is granted: whoever accepts a proposal names it too. SHA-256, lower-case hexadecimal. */
export function grantDigest(agent: string, policy: NetworkPolicy): string {
  return createHash('sha256')
    .update(`clawhold-grant-1\n${canonicalJson([agent, policy])}`)
    .digest('hex');
}

/** As it is when it learns nothing: what is let through to learn from it is not open. */
function enforcing({ snapshot, grants }: GoverningPolicy): Snapshot {
  return withGrants({ ...snapshot, learnsUntil: null }, grants);
}

function opened({ snapshot, grants }: GoverningPolicy, policy: NetworkPolicy): Snapshot {
  const draft: GrantRule = {
    id: draftId,
    agent: '',
    run: null,
    policy,
    expires: farAway,
    uses: Number.MAX_SAFE_INTEGER,
  };
  return enforcing({ snapshot, grants: [...grants, draft] });
}

const draftId: ProposalId = 'prp_0000000000';
const farAway = '9999-12-31T23:59:59Z';

function narrowestPolicy(
  questions: readonly [EgressQuestion, ...EgressQuestion[]],
  patterns: boolean,
): NetworkPolicy | undefined {
  const [first] = questions;
  const fresh = newEndpoint(first);
  const exact = questions.map(narrowestRule);
  if (fresh === undefined || (first.operation !== undefined && exact.includes(undefined))) return undefined;
  const { executable } = first.caller;
  if (executable !== undefined && !isPlain(executable)) return undefined;
  const rules = distinct(exact.flatMap((rule) => rule ?? []));
  const encoded = questions.some(({ operation }) => operation !== undefined && hasEncodedSlash(operation.path));
  return {
    endpoints: [
      {
        ...fresh,
        ...(rules.length === 0 ? {} : { rules: patterns ? [...generalised(rules)] : rules }),
        ...(encoded ? { allow_encoded_slash: true } : {}),
      },
    ],
    ...(executable === undefined ? {} : { binaries: [{ path: executable }] }),
  };
}
