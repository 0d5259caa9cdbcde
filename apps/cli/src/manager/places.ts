import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ClawholdError } from '@clawhold/spec/error';

/** The root of the installation: the folder that was cloned. */
export const root: string = dirname(dirname(dirname(dirname(import.meta.dirname))));

/** The version of the installation. */
export const version: string = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string })
  .version; // our own package.json

const cache = join(root, 'node_modules', '.cache', 'clawhold');

/** The launcher that `npm start` built last. @throws ClawholdError `host_launcher_missing`. */
export async function findLauncher(): Promise<string> {
  const names = (await readdir(cache).catch(() => [])).filter((name) => /^clawhold-launcher-[0-9a-f]+$/.test(name));
  const built = await Promise.all(
    names.map(async (name) => ({ path: join(cache, name), time: (await stat(join(cache, name))).mtimeMs })),
  );
  const [newest] = built.toSorted((one, other) => other.time - one.time);
  if (newest !== undefined) return newest.path;
  throw new ClawholdError('host_launcher_missing', 'The sandbox launcher is not built yet.', {
    hint: 'Run "npm start" once: it builds it.',
  });
}
