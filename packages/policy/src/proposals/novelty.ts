import { createHash } from 'node:crypto';
import type { Endpoint, NetworkPolicy, PolicyDocument } from '@clawhold/spec';
import { type Compiled, compile } from '../compile/compile.ts';
import { canonicalJson } from '../compile/digest.ts';
import type { Snapshot } from '../compile/snapshot.ts';
import type { Change } from '../diff/change.ts';
import { diffPolicies } from '../diff/diff.ts';
import { type Claim, claimSentence } from '../prove/claim.ts';
import { prove, type Solve } from '../prove/prove.ts';
import { endpointSites } from '../space/endpoint-site.ts';

/** What a solver says about granting a policy. */
export type Novelty =
  | {
      readonly kind: 'nothing new';
      /** Canonical JSON: what was proved, of which policy and which rule. */
      readonly proof: string;
      /** SHA-256 of it. */
      readonly digest: string;
    }
  | { readonly kind: 'new' | 'unknown'; readonly why: string };

export interface NoveltyOptions {
  /** What counts as not new, besides what passes already. */
  readonly within: readonly Endpoint[];
  readonly solve: Solve;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** For one question to the solver. Default 3,000. */
  readonly milliseconds?: number;
}

/**
 * Proves that granting a policy opens nothing new: no request passes without a person that does not pass today or lies
 * within what the operator named, none reaches a link-local address, none goes unread beside a credential, and no
 * credential goes to another host. Whatever is not proved is new, or unknown.
 */
export async function noveltyOf(policy: NetworkPolicy, snapshot: Snapshot, options: NoveltyOptions): Promise<Novelty> {
  const { within, solve, now, milliseconds = 3_000 } = options;
  const [before, after] = [beside(snapshot, { endpoints: [...within] }), beside(snapshot, policy)];
  if (before.kind === 'invalid' || after.kind === 'invalid')
    return { kind: 'unknown', why: 'The rule cannot be compared with the policy.' };
  const claims: readonly Claim[] = [
    { kind: 'growth', before: before.snapshot },
    { kind: 'link_local' },
    { kind: 'inspection_bypass' },
    ...credentialClaims(before.snapshot),
  ];
  const proved: string[] = [];
  for (const claim of claims) {
    const proof = await prove(claim, after.snapshot, now, solve, milliseconds);
    const sentence = claimSentence(claim);
    if (proof.kind === 'counterexample') return { kind: 'new', why: `Not so: ${sentence}` };
    if (proof.kind === 'unknown') return { kind: 'unknown', why: proof.why };
    if (!proof.byRules) return { kind: 'new', why: `Only the platform holds this: ${sentence}` };
    proved.push(sentence);
  }
  if (within.some(hasTerms)) {
    const eased = diffPolicies(before.snapshot, after.snapshot, now).changes.find(isEased);
    if (eased !== undefined) return { kind: 'new', why: `Not on the same terms: ${eased.what}: ${eased.after}.` };
  }
  const proof = canonicalJson({ version: 1, policy: snapshot.digest, granted: policy, within, proved });
  return { kind: 'nothing new', proof, digest: createHash('sha256').update(proof).digest('hex') };
}

/**
 * A policy that the layers below the ceiling have besides. In a layer of its own it opens as much as a granted rule does,
 * and takes the place of none. What is let through to learn from it does not count as open.
 */
function beside({ documents }: Snapshot, policy: NetworkPolicy): Compiled {
  const { ceiling = { version: 1 }, team = { version: 1 }, agent = { version: 1 } } = documents;
  const network = { ...team.network_policies, ...(policy.endpoints.length === 0 ? {} : { besides: policy }) };
  const hasTeam = documents.team !== undefined || policy.endpoints.length > 0;
  return compile({
    ceiling,
    agent: enforced(agent),
    ...(hasTeam ? { team: enforced({ ...team, network_policies: network }) } : {}),
  });
}

function enforced({ mode: _mode, learn: _learn, ...document }: PolicyDocument): PolicyDocument {
  return document;
}

/** Whether what the operator named says more than who passes: sizes, contents, media types, addresses, pins. */
function hasTerms({ request, response, allowed_ips: addresses, pin_tool_descriptions: pins }: Endpoint): boolean {
  return [request, response, addresses, pins].some((term) => term !== undefined);
}

/** Passes both times, and on easier terms. */
function isEased({ direction, before, after }: Change): boolean {
  return direction === 'opens' && before.startsWith('allowed') && after.startsWith('allowed');
}

/** Where each credential of the policy may go today. */
function credentialClaims(snapshot: Snapshot): readonly Claim[] {
  const bound = endpointSites([snapshot]).flatMap(({ endpoint, hosts }) => {
    const provider = endpoint.credential_binding?.provider;
    return provider === undefined ? [] : [{ provider, hosts }];
  });
  return [...Map.groupBy(bound, ({ provider }) => provider)].map(([provider, sites]) => ({
    kind: 'credential_reach',
    provider,
    hosts: [...new Set(sites.flatMap(({ hosts }) => hosts))],
  }));
}
