import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { exclusively } from './lock.mjs';
import { programs, root } from './places.mjs';
import { step } from './progress.mjs';
import { run } from './run.mjs';
import { filesIn, states } from './stamp.mjs';

/** How many builds are kept: an installation that was started from an older one still loads parts of it. */
const kept = 3;

/**
 * Builds our programs when a source changed: a file each, of plain JavaScript, which Node loads in a quarter of the time
 * that it takes to find and read a thousand modules. Each build is a folder; `current` leads to the newest.
 */
export async function ensurePrograms(node) {
  const bundler = join('scripts', 'bundle.mjs');
  if (!existsSync(join(root, bundler))) return;
  const sources = ['apps', 'packages', 'examples'].flatMap(filesIn).filter(isSource);
  const folder = join(programs, states([...sources, bundler, 'package-lock.json']).slice(0, 16));
  if (isCurrent(folder)) return;
  mkdirSync(programs, { recursive: true, mode: 0o755 });
  await exclusively(join(programs, '.lock'), async () => {
    if (!existsSync(folder)) await step('building the programs', () => build(node, join(root, bundler), folder));
    makeCurrent(folder);
    removeOld(folder);
  });
}

function isSource(path) {
  return path.endsWith('.ts') && !/\.(test|scene)\.ts$/.test(path);
}

function isCurrent(folder) {
  const current = join(programs, 'current');
  return existsSync(folder) && existsSync(current) && statSync(current).ino === statSync(folder).ino;
}

async function build(node, bundler, folder) {
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  await run(node, [bundler, fresh], { cwd: root });
  renameSync(fresh, folder);
}

function makeCurrent(folder) {
  const fresh = join(programs, '.current');
  rmSync(fresh, { force: true });
  symlinkSync(basename(folder), fresh);
  renameSync(fresh, join(programs, 'current'));
}

function removeOld(newest) {
  const builds = readdirSync(programs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== basename(newest))
    .map(({ name }) => join(programs, name))
    .toSorted((left, right) => statSync(right).mtimeMs - statSync(left).mtimeMs);
  for (const old of builds.slice(kept - 1)) rmSync(old, { recursive: true, force: true });
}
