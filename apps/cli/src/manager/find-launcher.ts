import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ClawholdError } from '@clawhold/spec/error';
import { cache } from './places.ts';

/** What scripts/bootstrap/launcher.mjs recorded of the launcher that it built. */
interface LauncherRecord {
  readonly file: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly digest: string;
}

/**
 * The launcher that `npm start` built from the sources of this checkout, and no other file of that folder: it runs as
 * whoever starts Clawhold.
 *
 * @param folder default: what `npm start` builds and remembers
 * @throws ClawholdError `host_launcher_missing`, `host_launcher_changed`.
 */
export async function findLauncher(folder: string = cache): Promise<string> {
  const record = await readFile(join(folder, 'launcher.json'), 'utf8').catch(() => undefined);
  if (record === undefined) throw missing();
  const { file, digest } = JSON.parse(record) as LauncherRecord; // the bootstrap wrote it, in one step
  const path = join(folder, basename(file));
  const content = await readFile(path).catch(() => undefined);
  if (content === undefined) throw missing();
  if (createHash('sha256').update(content).digest('hex') === digest) return path;
  throw new ClawholdError('host_launcher_changed', `The sandbox launcher ${path} is not the file that was built.`, {
    hint: 'Run "npm start" once: it builds it again.',
  });
}

function missing(): ClawholdError {
  return new ClawholdError('host_launcher_missing', 'The sandbox launcher is not built yet.', {
    hint: 'Run "npm start" once: it builds it.',
  });
}
