import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from './requirements.ts';

interface Bootstrap {
  ensureLauncher(): Promise<string>;
}

/** Builds the launcher when it is not built yet, as `npm start` does and with its code, and answers its path. */
export async function launcherBinary(): Promise<string> {
  const path = join(repositoryRoot, 'scripts/bootstrap/launcher.mjs');
  // Its sources are here; only a checkout without any gets no path.
  const { ensureLauncher } = (await import(pathToFileURL(path).href)) as Bootstrap;
  return ensureLauncher();
}
