import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { codeCache, codeCacheVariables, root } from './places.mjs';
import { step } from './progress.mjs';
import { filesIn, isCurrent, remember, states } from './stamp.mjs';

/**
 * What a start loads. Each is run with nothing to do: it loads its code, finds that nobody handed it a start document,
 * and ends. The CLI adds its own code when it ends.
 */
const programs = [
  'apps/gateway/src/api/main.ts',
  'apps/gateway/src/worker/main.ts',
  'apps/supervisor/src/main.ts',
  'apps/manager/src/main.ts',
  'apps/manager/src/installation.ts', // what the manager loads later
  'apps/manager/src/database.ts',
];

/**
 * Lets Node keep what it makes of our code: types stripped, compiled. That is no build which could be stale, because
 * Node compares each file with what it kept. It is filled here, as whoever owns the code, and not by the running
 * processes: none ever executes what a less trusted account, or a broken-into predecessor of its own, has written.
 */
export async function ensureCodeCache(node) {
  const wanted = states(
    ['apps', 'packages', 'examples'].flatMap(filesIn).filter((path) => path.endsWith('.ts')),
    node,
  );
  if (isCurrent('code', wanted)) return;
  rmSync(codeCache, { recursive: true, force: true });
  process.umask(0o022); // what Node keeps there nobody else may write
  mkdirSync(codeCache, { recursive: true });
  await step('compiling the code', () => Promise.all(programs.map((program) => load(node, program))));
  // Node makes them 0600; accounts of our processes read them too.
  for (const entry of readdirSync(codeCache, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o644);
  remember('code', wanted);
}

/** A program that does not end by itself is ended, in milliseconds. */
const patience = 120_000;

/** What it says of itself does not matter: a file that cannot be loaded is for the start to complain about. */
async function load(node, script) {
  if (!existsSync(join(root, script))) return;
  const env = { ...process.env, ...codeCacheVariables };
  const options = { env, stdio: ['ignore', 'ignore', 'ignore', 'pipe'], timeout: patience };
  const child = spawn(node, [join(root, script)], options);
  child.stdio[3].on('error', () => undefined).end();
  await new Promise((resolve) => child.once('error', resolve).once('exit', resolve));
}
