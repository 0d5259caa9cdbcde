import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '@clawhold/testkit';

const run = promisify(execFile);
const cache = join(repositoryRoot, 'node_modules/.cache/clawhold');
const sources = join(repositoryRoot, 'native/launcher/src');

const wrapped =
  'pwrite ftruncate mkdirat symlinkat linkat mknodat fsetxattr fchown renameat renameat2 unlinkat openat fchmod fchmodat fchownat futimens fsync syncfs';

/** The programs of these tests. */
export interface TreePrograms {
  /** The file jobs without the launcher. */
  readonly tree: string;
  /** The same with a list of changes that may have 4 KiB at most. */
  readonly boundedTree: string;
  /** The same with a way to die or fail at every change of the disk, see `crash-points.c`. */
  readonly crashingTree: string;
  /** Plays the run, see `world.c`. */
  readonly world: string;
}

/** Builds the programs and copies them to `folder`, where every account can run them. */
export async function buildTreePrograms(folder: string): Promise<TreePrograms> {
  const names = await filesOf('.c');
  const crashing = ['-DTREE_STANDALONE', ...wrapped.split(' ').map((name) => `-Wl,--wrap=${name}`)];
  return {
    tree: await build(folder, 'tree', names, ['-DTREE_STANDALONE']),
    boundedTree: await build(folder, 'bounded-tree', names, [
      '-DTREE_STANDALONE',
      '-DCLAWHOLD_TEST_WITH_DIFF_BYTES=4096',
    ]),
    crashingTree: await build(
      folder,
      'crashing-tree',
      [...names, join(import.meta.dirname, 'crash-points.c')],
      crashing,
    ),
    world: await build(folder, 'world', [join(import.meta.dirname, 'world.c')], []),
  };
}

async function build(
  folder: string,
  name: string,
  files: readonly string[],
  flags: readonly string[],
): Promise<string> {
  const headers = await filesOf('.h');
  const hash = createHash('sha256').update(flags.join(' '));
  for (const file of [...files, ...headers]) hash.update(file).update(await readFile(file));
  const built = join(cache, `tree-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(built)) {
    await mkdir(cache, { recursive: true });
    const compiler = process.env['CC'] ?? 'cc';
    const warnings = ['-std=gnu17', '-O2', '-Wall', '-Wextra', '-Werror', '-static', '-I', sources];
    await run(compiler, [...warnings, ...flags, '-o', `${built}.${process.pid}`, ...files]);
    await rename(`${built}.${process.pid}`, built);
  }
  await copyFile(built, join(folder, name));
  return join(folder, name);
}

async function filesOf(extension: string): Promise<readonly string[]> {
  const folder = join(sources, 'tree');
  return (await readdir(folder)).filter((name) => name.endsWith(extension)).map((name) => join(folder, name));
}
