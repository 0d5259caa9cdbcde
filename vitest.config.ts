import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.{ts,tsx}',
      'examples/*/src/**/*.test.ts',
      'native/**/*.test.ts',
      'scripts/**/*.test.ts',
      'tests/**/*.test.ts',
    ],
    globalSetup: ['packages/testkit/src/global-setup.ts'],
    // Processes, not threads: DBOS is a singleton of its process, and tests change users and namespaces.
    pool: 'forks',
    // Most of them wait for processes and the clock; Vitest itself would take one worker on two cores.
    maxWorkers: 3,
    execArgv: ['--disable-warning=DeprecationWarning'],
    // A shared machine stalls now and then. CI says which test needed its second try; such a test is to be mended.
    retry: process.env['CI'] === undefined ? 0 : 1,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});

export default config;
