import { scale } from '@clawhold/testkit';
import { describe, test } from 'vitest';
import { testLaunched } from '../conformance/launched.ts';

// A machine with an imitated processor takes seconds to start, and each sandbox is one.
if (scale(1) > 1) await testLaunched('microvm');
else describe('microvm', () => test.skip('only in npm run test:long', () => undefined));
