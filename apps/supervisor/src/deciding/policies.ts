import { compileBundle, type NamedModelServer, type Snapshot, withGrants } from '@clawhold/policy';
import { ClawholdError, type GrantRule, type GrantsInForce, type PolicySources, type Service } from '@clawhold/spec';

/** The snapshots in force, one for each agent. All are replaced at once, or none is. */
export interface Policies {
  /** @throws ClawholdError `policy_invalid`, or what `accept` throws; the ones in force stay. */
  publish(sources: PolicySources): Readonly<Record<string, string>>;
  /** Replaces every granted rule. A list that is older than the one in force changes nothing. */
  grant(grants: GrantsInForce): void;
  /** The granted rules of an agent that are in force. */
  grantsOf(agent: string): readonly GrantRule[];
  /** Calls this whenever others are in force, before `publish` and `grant` return, and when a granted rule is over. */
  onPublished(listener: () => void): void;
  /**
   * @throws ClawholdError `policy_missing`: without a policy nothing passes; `supervisor_without_policies` (503) before the
   *   first publication, when nobody can say yet whether there is one.
   */
  of(agent: string): Snapshot;
  services(): Readonly<Record<string, Service>>;
  /** Model servers on private networks that the ceiling names. */
  modelServers(): readonly NamedModelServer[];
  /** Agent → digest; empty before the first publication. */
  digests(): Readonly<Record<string, string>>;
}

/** What a timer can wait at most, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/**
 * @param now milliseconds since 1970.
 * @param accept throws when others must not be in force at this moment. Default: never.
 */
export function createPolicies(
  platformPorts: readonly number[],
  now: () => number,
  accept: (snapshots: ReadonlyMap<string, Snapshot>) => void = () => undefined,
): Policies {
  /** Of the documents alone. */
  let published: ReadonlyMap<string, Snapshot> = new Map();
  let snapshots: ReadonlyMap<string, Snapshot> = new Map();
  let granted: GrantsInForce = { revision: 0, rules: [] };
  let nextEnd: NodeJS.Timeout | undefined;
  let services: Readonly<Record<string, Service>> = {};
  let modelServers: readonly NamedModelServer[] = [];
  const listeners: (() => void)[] = [];
  const digests = (): Record<string, string> =>
    Object.fromEntries([...snapshots].map(([agent, { digest }]) => [agent, digest]));

  const grantsOf = (agent: string): GrantRule[] => granted.rules.filter((rule) => rule.agent === agent);

  /** Puts the granted rules that are not over beside the documents. */
  function apply(): void {
    const ends = granted.rules.map(({ expires }) => Date.parse(expires)).filter((end) => end > now());
    granted = { ...granted, rules: granted.rules.filter(({ expires }) => Date.parse(expires) > now()) };
    snapshots = new Map([...published].map(([agent, snapshot]) => [agent, withGrants(snapshot, grantsOf(agent))]));
    clearTimeout(nextEnd);
    // Nothing new passes from then on anyway; what is under way has to be looked at.
    if (ends.length > 0) nextEnd = setTimeout(apply, Math.min(Math.min(...ends) - now() + 1, longestTimer)).unref();
    for (const listener of listeners) listener();
  }

  return {
    publish(sources) {
      const bundle = compileBundle(sources, platformPorts);
      accept(bundle.snapshots);
      published = bundle.snapshots;
      services = bundle.services;
      modelServers = bundle.modelServers;
      apply();
      return digests();
    },
    grant(grants) {
      if (grants.revision <= granted.revision) return;
      granted = grants;
      apply();
    },
    grantsOf,
    onPublished: (listener) => void listeners.push(listener),
    of(agent) {
      const snapshot = snapshots.get(agent);
      if (snapshot !== undefined) return snapshot;
      // Whoever asks has to wait: taken for an answer, it would end a step that has only begun again.
      if (snapshots.size === 0)
        throw new ClawholdError('supervisor_without_policies', 'The supervisor was not given its policies yet.', {
          hint: 'It gets them when the gateway has found it; "clawhold status" shows what is running.',
        });
      throw new ClawholdError('policy_missing', `The agent "${agent}" has no policy, so it may do nothing.`, {
        hint: `Write policies/${agent}.yaml in the configuration folder, then: npx clawhold policy reload`,
      });
    },
    services: () => services,
    modelServers: () => modelServers,
    digests,
  };
}
