#!/usr/bin/env node
// Plain JavaScript for the system's Node (20 or newer): finds the Node 24 that npm brought and hands over to it.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;

function findModules() {
  for (let folder = here; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules');
    if (existsSync(join(candidate, '.bin', 'node'))) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

const modules = findModules();
const node = modules === undefined ? (isNewEnough ? process.execPath : undefined) : join(modules, '.bin', 'node');
if (node === undefined) {
  process.stderr.write('clawhold: Node 24 was not found. Run "npm start" in the folder of Clawhold once.\n');
  process.exit(69);
}
/** What `npm start` let Node keep of our code, see scripts/bootstrap/code-cache.mjs. */
function codeCacheVariables(folder) {
  return { NODE_COMPILE_CACHE: join(folder, '.cache', 'clawhold', 'code'), NODE_COMPILE_CACHE_PORTABLE: '1' };
}

const child = spawn(
  node,
  ['--disable-warning=ExperimentalWarning', join(here, '../src/main.ts'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: modules === undefined ? process.env : { ...process.env, ...codeCacheVariables(modules) },
  },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
