import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { programCache } from './c-program.ts';
import { repositoryRoot } from './requirements.ts';

interface LauncherBuild {
  buildLauncher(options: { root: string; cacheFolder: string; log: (line: string) => void }): Promise<string> | string;
}

/** Builds the launcher as the bootstrap does, in the same cache, and answers its path. */
export async function launcherBinary(): Promise<string> {
  const path = join(repositoryRoot, 'native/launcher/build.mjs');
  // The contract of that file; the bootstrap relies on it too.
  const { buildLauncher } = (await import(pathToFileURL(path).href)) as LauncherBuild;
  return buildLauncher({ root: repositoryRoot, cacheFolder: programCache, log: () => undefined });
}
