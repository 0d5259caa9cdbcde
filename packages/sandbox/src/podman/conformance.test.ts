import { scale } from '@clawhold/testkit';
import { describe, test } from 'vitest';
import { testLaunched } from '../conformance/launched.ts';

// Its containers are crun's, which npm test tries; what differs is in within.test.ts.
if (scale(1) > 1) await testLaunched('podman');
else describe('podman', () => test.skip('only in npm run test:long', () => undefined));
