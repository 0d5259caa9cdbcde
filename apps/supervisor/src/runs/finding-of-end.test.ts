import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { findingOfEnd } from './finding-of-end.ts';

test(verifies('sandbox.lifetime', 'the person is told in one sentence why a sandbox is gone'), () => {
  expect(findingOfEnd({ cause: 'it had run for as long as a sandbox may', reason: 'time' })).toEqual({
    kind: 'sandbox.time',
    sentence: 'The sandbox was ended: it had run for as long as a sandbox may, 24 hours.',
  });
  expect(findingOfEnd({ cause: 'its mounts were changed', reason: 'drift' })?.kind).toBe('sandbox.drift');
  expect(findingOfEnd({ cause: 'it was ended', reason: 'other' })).toBeUndefined();
});
