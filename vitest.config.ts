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
    execArgv: ['--disable-warning=DeprecationWarning'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});

export default config;
