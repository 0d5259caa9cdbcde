#!/usr/bin/env node
// Plain JavaScript for the system's Node (20 or newer): finds the Node 24 that npm brought and hands over to it.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;

function findNode() {
  for (let folder = here; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', '.bin', 'node');
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

const node = findNode() ?? (isNewEnough ? process.execPath : undefined);
if (node === undefined) {
  process.stderr.write('clawhold: Node 24 was not found. Run "npm start" in the folder of Clawhold once.\n');
  process.exit(69);
}
const child = spawn(
  node,
  ['--disable-warning=ExperimentalWarning', join(here, '../src/main.ts'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
