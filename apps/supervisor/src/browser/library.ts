import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** The folder of the library that drives a browser, to mount read-only. Found beside this source: a bundle lies elsewhere. */
export function browserLibrary(): string {
  const require = createRequire(`${import.meta.dirname}/library.ts`);
  return dirname(require.resolve('playwright-core/package.json'));
}
