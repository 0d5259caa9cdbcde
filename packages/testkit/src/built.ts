import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from './requirements.ts';

interface Bootstrap {
  ensureLauncher(): Promise<string>;
  ensurePrograms(node: string): Promise<void>;
  readonly programs: string;
}

/** Plain JavaScript for an older Node, which nothing of ours imports. */
async function bootstrap<Name extends keyof Bootstrap>(file: string): Promise<Pick<Bootstrap, Name>> {
  const { href } = pathToFileURL(join(repositoryRoot, 'scripts/bootstrap', file));
  return (await import(href)) as Pick<Bootstrap, Name>; // its exports
}

/** Builds the launcher when it is not built yet, as `npm start` does and with its code, and answers its path. */
export async function launcherBinary(): Promise<string> {
  const { ensureLauncher } = await bootstrap<'ensureLauncher'>('launcher.mjs');
  // Its sources are here; only a checkout without any gets no path.
  return ensureLauncher();
}

/** Builds the programs (`cli.js`, `manager.js` …) when a source changed, as `npm start` does, and answers their folder. */
export async function builtPrograms(): Promise<string> {
  const { ensurePrograms } = await bootstrap<'ensurePrograms'>('programs.mjs');
  await ensurePrograms(process.execPath);
  return join((await bootstrap<'programs'>('places.mjs')).programs, 'current');
}
