import { scale } from '@clawhold/testkit';
import { testLaunched } from '../conformance/launched.ts';
import { testWithin } from '../conformance/within.ts';

await testWithin('docker');

// It needs a service that few machines have, and a second for each sandbox.
if (scale(1) > 1) await testLaunched('docker');
