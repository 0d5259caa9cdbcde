/** Launchers without one of their guards (a macro for tests, never a switch of the product). */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '@clawhold/testkit';

const { buildLauncher } = (await import(pathToFileURL(join(repositoryRoot, 'native/launcher/build.mjs')).href)) as {
  // The contract of that file.
  buildLauncher(options: { root: string; cacheFolder: string; defines: string[] }): Promise<string>;
};

/** The path of a launcher that is built with macros, each named without its `CLAWHOLD_TEST_`. */
export function launcherVariant(defines: readonly string[], cacheFolder: string): Promise<string> {
  return buildLauncher({
    root: repositoryRoot,
    cacheFolder,
    defines: defines.map((name) => `CLAWHOLD_TEST_${name}`),
  });
}
