import { testLaunched } from '../conformance/launched.ts';

await testLaunched('launcher');
