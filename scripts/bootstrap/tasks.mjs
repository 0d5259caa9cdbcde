import { join, relative } from 'node:path';
import { programs, root } from './places.mjs';

const vitest = ['node_modules/vitest/vitest.mjs', 'run'];

/** How much more `test:long` repeats than `test`. */
const longScale = '20';

/**
 * What `npm start`, `npm test` … do after the bootstrap: commands for Node 24, by paths from the root, one after the
 * other until one fails, or all of them with `all`. What the person added goes to the last. `builds`: launcher, programs and console must be there.
 * `elsewhere`: tests run programs as other accounts, which must be able to reach the checkout.
 *
 * @type {Record<string, { commands: readonly (readonly string[])[], builds: boolean, all?: boolean, elsewhere?: boolean, env?: object }>}
 */
export const tasks = {
  start: { builds: true, commands: [[join(relative(root, programs), 'current', 'cli.js'), 'start']] },
  test: { builds: true, elsewhere: true, commands: [vitest] },
  'test:long': { builds: true, elsewhere: true, commands: [vitest], env: { CLAWHOLD_TEST_SCALE: longScale } },
  bench: { builds: true, elsewhere: true, commands: [['bench/main.ts']] },
  check: {
    builds: false,
    all: true,
    commands: [
      ['node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '.'],
      [join('node_modules', '.bin', 'oxlint')],
      [join('node_modules', '.bin', 'tsc'), '-b'],
      [join('node_modules', '.bin', 'knip')],
    ],
  },
};
