import { compileBundle, type NamedModelServer, type Snapshot } from '@clawhold/policy';
import { ClawholdError, type PolicySources, type Service } from '@clawhold/spec';

/** The snapshots in force, one for each agent. All are replaced at once, or none is. */
export interface Policies {
  /** @throws ClawholdError `policy_invalid`; the ones in force stay. */
  publish(sources: PolicySources): Readonly<Record<string, string>>;
  /** Calls this whenever others are in force, before `publish` returns. */
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

export function createPolicies(platformPorts: readonly number[]): Policies {
  let snapshots: ReadonlyMap<string, Snapshot> = new Map();
  let services: Readonly<Record<string, Service>> = {};
  let modelServers: readonly NamedModelServer[] = [];
  const listeners: (() => void)[] = [];
  const digests = (): Record<string, string> =>
    Object.fromEntries([...snapshots].map(([agent, { digest }]) => [agent, digest]));

  return {
    publish(sources) {
      const bundle = compileBundle(sources, platformPorts);
      snapshots = bundle.snapshots;
      services = bundle.services;
      modelServers = bundle.modelServers;
      for (const listener of listeners) listener();
      return digests();
    },
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
