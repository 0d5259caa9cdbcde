import { testLaunched } from '../conformance/launched.ts';

await testLaunched('crun', ['ordinary user']);
