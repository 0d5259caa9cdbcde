import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureCompiler } from './compiler.mjs';
import { cache, root } from './places.mjs';
import { step } from './progress.mjs';
import { filesIn, fingerprint } from './stamp.mjs';
import { Stop } from './stop.mjs';

/** Says which launcher is the one of this checkout; apps/cli/src/manager/find-launcher.ts reads it. */
const record = join(cache, 'launcher.json');

/**
 * Builds the launcher, the small C program that makes sandboxes, when its sources changed, and records which file that
 * is: others may lie beside it, of other sources, compilers and processors.
 *
 * @returns {Promise<string | undefined>} its path; undefined where there are no sources
 */
export async function ensureLauncher() {
  const build = join(root, 'native', 'launcher', 'build.mjs');
  if (!existsSync(build)) return undefined;
  // Its own cache knows better (it looks at the compiler too), but asking it starts a compiler. This is for speed.
  const sources = fingerprint(filesIn('native/launcher'), process.arch);
  const known = readRecord();
  if (known?.sources === sources) {
    if (digestOf(join(cache, known.file)) === known.digest) return join(cache, known.file);
    rmSync(join(cache, known.file), { force: true }); // it is not what was built
  }
  await ensureCompiler();
  const { buildLauncher } = await import(pathToFileURL(build).href);
  const path = await step('building the launcher', async () => {
    try {
      return await buildLauncher({
        root,
        cacheFolder: cache,
        log: (line) => process.stderr.write(`clawhold: ${line}\n`),
      });
    } catch (error) {
      throw new Stop(error.message);
    }
  });
  writeRecord({ sources, file: basename(path), digest: digestOf(path) });
  return path;
}

function readRecord() {
  try {
    const { sources, file, digest } = JSON.parse(readFileSync(record, 'utf8'));
    return { sources, file: basename(file), digest };
  } catch {
    return undefined;
  }
}

/** In one step, because tests that need a launcher come here at the same time. */
function writeRecord(value) {
  mkdirSync(cache, { recursive: true });
  const fresh = `${record}.${process.pid}`;
  writeFileSync(fresh, JSON.stringify(value));
  renameSync(fresh, record);
}

/** SHA-256, hexadecimal; '' for a file that is not there. */
function digestOf(path) {
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
}
