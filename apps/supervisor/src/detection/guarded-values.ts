import { canBeLookedFor, type ExactValues, type Known, prepareExactValues } from '@clawhold/detect';
import type { RunId } from '@clawhold/spec';
import type { DetectionKey } from './detection-key.ts';

/** The variable in which a sandbox holds its canary: something that a thief of credentials would take along. */
export const canaryVariable = 'DEPLOY_TOKEN';

/**
 * Makes ready what leaves no sandbox of a run: its canary, and the keys of model providers, which no sandbox should ever
 * have seen. A key that is too short to be told from chance is not looked for.
 */
export function guardedValues(key: DetectionKey, secrets: readonly string[]): (run: RunId) => ExactValues {
  const known = secrets.filter(canBeLookedFor).map((value): Known => ({ kind: 'secret', value }));
  return (run) => prepareExactValues([{ kind: 'canary', value: key.canaryOf(run) }, ...known]);
}
