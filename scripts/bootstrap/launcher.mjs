import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureCompiler } from './compiler.mjs';
import { cache, root } from './places.mjs';
import { step } from './progress.mjs';
import { filesIn, fingerprint, isCurrent, remember } from './stamp.mjs';
import { Stop } from './stop.mjs';

/** Builds the launcher, the small C program that makes sandboxes, when its sources changed. */
export async function ensureLauncher() {
  const build = join(root, 'native', 'launcher', 'build.mjs');
  if (!existsSync(build)) return;
  // Its own cache knows better (it looks at the compiler too), but asking it starts a compiler. This is for speed.
  const wanted = fingerprint(filesIn('native/launcher'));
  if (isCurrent('launcher', wanted)) return;
  await ensureCompiler();
  const { buildLauncher } = await import(pathToFileURL(build).href);
  await step('building the launcher', async () => {
    try {
      await buildLauncher({ root, cacheFolder: cache, log: (line) => process.stderr.write(`clawhold: ${line}\n`) });
    } catch (error) {
      throw new Stop(error.message);
    }
  });
  remember('launcher', wanted);
}
