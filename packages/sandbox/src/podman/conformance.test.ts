import { scale } from '@clawhold/testkit';
import { testLaunched } from '../conformance/launched.ts';
import { testWithin } from '../conformance/within.ts';

await testWithin('podman');

// Its containers are crun's, which npm test tries.
if (scale(1) > 1) await testLaunched('podman');
