import { compileBundle } from '@clawhold/policy';
import type { PolicySources } from './policy-folder.ts';

/** Agent → digest of its snapshot. @throws ClawholdError `policy_invalid` with the first problem. */
export function compileSources(sources: PolicySources): Readonly<Record<string, string>> {
  const { snapshots } = compileBundle(sources, []);
  return Object.fromEntries([...snapshots].map(([agent, { digest }]) => [agent, digest]));
}
