import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './places.mjs';
import { step } from './progress.mjs';
import { run } from './run.mjs';
import { filesIn, fingerprint, isCurrent, remember } from './stamp.mjs';

/** Builds the web console when something that it is made of changed. */
export async function ensureConsole(node) {
  const folder = join(root, 'apps', 'console');
  if (!existsSync(join(folder, 'index.html'))) return;
  const wanted = fingerprint([...filesIn('apps/console'), ...filesIn('packages/client'), 'package-lock.json']);
  if (existsSync(join(folder, 'dist', 'index.html')) && isCurrent('console', wanted)) return;
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  await step('building the console', () => run(node, [vite, 'build', '--logLevel', 'warn'], { cwd: folder }));
  remember('console', wanted);
}
