import { globSync } from 'node:fs';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const alone = [
  'packages/*/src/**/*.test.ts',
  'apps/*/src/**/*.test.{ts,tsx}',
  'examples/*/src/**/*.test.ts',
  'native/**/*.test.ts',
  'scripts/**/*.test.ts',
  'tests/**/*.test.ts',
];

const sharing = [
  'packages/{agents,approvals,channel,client,detect,documents,egress,flow,harness,inference,ledger,policy,prover,replay,sandbox,sealing,spec,tools}/src/**/*.test.ts',
  'apps/{cli,console,gateway,manager,supervisor}/src/**/*.test.{ts,tsx}',
  'examples/*/src/**/*.test.ts',
  'tests/house/*.test.ts',
];

/** Of those, what changes its process, starts the whole product or forks thousands of processes. */
const notSharing = [
  'apps/cli/src/program.test.ts',
  'apps/gateway/src/approvals/awaiting.test.ts',
  'apps/manager/src/foreign-database.test.ts',
  'apps/manager/src/installation.test.ts',
  'apps/manager/src/pulse.test.ts',
  'apps/supervisor/src/gateway/lease.test.ts',
  'packages/egress/src/network.test.ts',
  'packages/tools/src/shell/real-shells.test.ts',
];

/**
 * Test files that leave their process as it was (`tests/house/workers.test.ts` looks): one worker runs many of them, one
 * after the other, and loads what they import once. That halves the processor time they take.
 */
export const sharingFiles: readonly string[] = globSync(sharing, { cwd: import.meta.dirname, exclude: notSharing });

const config: ViteUserConfig = defineConfig({
  test: {
    // Processes, not threads: DBOS is a singleton of its process, and tests change users and namespaces.
    pool: 'forks',
    // Most of them wait for processes and the clock; Vitest itself would take one worker on two cores.
    maxWorkers: 4,
    execArgv: ['--disable-warning=DeprecationWarning'],
    // A shared machine stalls now and then. CI says which test needed its second try; such a test is to be mended.
    retry: process.env['CI'] === undefined ? 0 : 1,
    // For what hangs, not for what is slow: no test is about time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    globalSetup: ['packages/testkit/src/global-setup.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'sharing', include: sharing, exclude: notSharing, isolate: false, unstubEnvs: true },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone,
          exclude: [...sharingFiles],
        },
      },
    ],
  },
});

export default config;
