import { scale } from '@clawhold/testkit';
import { describe, test } from 'vitest';
import { testLaunched } from '../conformance/launched.ts';

// It costs what crun costs, and has the same bundle.
if (scale(1) > 1) await testLaunched('runc');
else describe('runc', () => test.skip('only in npm run test:long', () => undefined));
