import { compileBundle, type PolicyLibrary, type Snapshot } from '@clawhold/policy';
import { shippedPresets } from '@clawhold/policy/presets';
import type { PolicySources, ProposalSettings } from '@clawhold/spec';
import type { PolicyFolder } from './policy-folder.ts';

/** The policy of an installation, ready to be handed to supervisors. */
export interface CompiledPolicy {
  /** With everything that the documents extend, and nothing else of the library: a supervisor compiles the same. */
  readonly sources: PolicySources;
  /** By the agent's name. */
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  readonly proposalSettings: ProposalSettings | undefined;
  /** Agent → digest of its snapshot. */
  readonly digests: Readonly<Record<string, string>>;
  /** What documents may extend: the shipped presets and the operator's. */
  readonly library: PolicyLibrary;
}

/** @throws ClawholdError `policy_invalid` with the first problem. */
export function compileSources({ path, ceiling, agents, library: own }: PolicyFolder): CompiledPolicy {
  const library = { ...shippedPresets(), ...own };
  const { snapshots, bases, proposalSettings } = compileBundle({ ceiling, agents, library, folder: path }, []);
  return {
    sources: { ceiling, agents: { ...agents }, library: { ...bases } },
    library,
    snapshots,
    proposalSettings,
    digests: Object.fromEntries([...snapshots].map(([agent, { digest }]) => [agent, digest])),
  };
}
