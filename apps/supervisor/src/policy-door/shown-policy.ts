import type { Snapshot } from '@clawhold/policy';
import type { Endpoint, GrantRule, NetworkPolicy, PolicyDocument, Proposal, RunId } from '@clawhold/spec';

/**
 * The policy as its own sandbox may know it: which requests it opens and forbids. Not what guards them (credentials,
 * addresses, detectors), not the organisation's ceiling, and nothing of other agents or runs.
 */
export function shownPolicy(agent: string, snapshot: Snapshot, grants: readonly GrantRule[], run: RunId): unknown {
  const { team, agent: own } = snapshot.documents;
  const now = snapshot.learnsUntil === null ? 'enforce' : 'learn';
  return {
    agent,
    policy: snapshot.digest,
    mode: now,
    network: [team, own].flatMap((document) => (document === undefined ? [] : networkOf(document))),
    granted: grants
      .filter((rule) => rule.run === null || rule.run === run)
      .map(({ id, policy, expires, uses }) => ({ proposal: id, ...shownRule(policy), expires, uses })),
    tools: own?.tools?.map(({ match, decision = 'allow' }) => ({ match, decision })) ?? [],
    default: 'What no rule here allows is refused. The organisation may forbid more than this document says.',
  };
}

function networkOf({ network_policies: policies = {} }: PolicyDocument): readonly unknown[] {
  return Object.entries(policies).map(([name, policy]) => ({ name, ...shownRule(policy) }));
}

/** A rule by what it is about. */
export function shownRule({ endpoints, binaries }: NetworkPolicy | Proposal['policy']): object {
  return {
    endpoints: endpoints.map(shownEndpoint),
    ...(binaries === undefined ? {} : { programs: binaries.map(({ path }) => path) }),
  };
}

function shownEndpoint(endpoint: Endpoint): Partial<Endpoint> {
  const { host, port, ports, path, protocol, access, rules, deny_rules, tools } = endpoint;
  const shown = { host, port, ports, path, protocol, access, rules, deny_rules, tools };
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined));
}
