import type { PolicyLibrary, Snapshot } from '@clawhold/policy';
import { ClawholdError, ledgerEvent, type PolicySources, type ProposalSettings } from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import type { SupervisorClient } from '../supervisors/client.ts';
import type { SupervisorRegistry } from '../supervisors/registry.ts';
import { type CompiledPolicy, compileSources } from './compile-sources.ts';
import { readPolicyFolder } from './policy-folder.ts';

/** The policies in force. A bad document is refused loudly and the old ones stay. */
export interface PolicyService {
  sources(): PolicySources;
  /** What documents may extend: the shipped presets and the operator's. */
  library(): PolicyLibrary;
  /** What the ceiling says about rules that agents ask for. */
  proposalSettings(): ProposalSettings | undefined;
  /** The policy of an agent; undefined when there is none. */
  snapshot(agent: string): Snapshot | undefined;
  /** Agent → digest of its compiled snapshot. */
  digests(): Readonly<Record<string, string>>;
  /** @throws ClawholdError `policy_invalid`, `policy_unreadable`; nothing changed then. */
  reload(): Promise<Readonly<Record<string, string>>>;
}

export interface PolicyServiceParts {
  readonly folder: string;
  readonly ledger: Recorder;
  readonly supervisor: Pick<SupervisorClient, 'publishPolicy'>;
  readonly registry: Pick<SupervisorRegistry, 'revoke'>;
}

/** Loads the operator's folder. @throws ClawholdError when it does not validate: without a policy nothing starts. */
export async function createPolicyService(parts: PolicyServiceParts): Promise<PolicyService> {
  const { folder, ledger, supervisor, registry } = parts;

  async function load(): Promise<CompiledPolicy> {
    try {
      return compileSources(await readPolicyFolder(folder));
    } catch (error) {
      if (error instanceof ClawholdError)
        await ledger.append([
          ledgerEvent('policy.refused', { name: 'configuration', reason: error.message }, { actor: 'api' }),
        ]);
      throw error;
    }
  }

  async function recordPublished(digests: Readonly<Record<string, string>>): Promise<void> {
    await ledger.append(
      Object.entries(digests).map(([name, digest]) =>
        ledgerEvent('policy.published', { name, digest }, { actor: 'api' }),
      ),
    );
  }

  let last: Promise<unknown> = Promise.resolve();
  let current = await load();
  await recordPublished(current.digests);

  return {
    sources: () => current.sources,
    library: () => current.library,
    proposalSettings: () => current.proposalSettings,
    snapshot: (agent) => current.snapshots.get(agent),
    digests: () => current.digests,
    // One after the other: of two at once the later one, with the newer documents, could be overtaken.
    reload() {
      const answer = last.then(reload);
      last = answer.catch(() => undefined);
      return answer;
    },
  };

  async function reload(): Promise<Readonly<Record<string, string>>> {
    const next = await load();
    await recordPublished(next.digests);
    try {
      await supervisor.publishPolicy(next.sources);
    } catch (error) {
      // It may have been taken all the same: whoever registers anew gets what is in force.
      if (error instanceof ClawholdError && error.status === 503) await registry.revoke();
      // The record must end with that.
      await recordPublished(current.digests);
      throw error;
    }
    current = next;
    return next.digests;
  }
}
