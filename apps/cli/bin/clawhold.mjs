#!/usr/bin/env node
// Plain JavaScript for the system's Node (20 or newer): hands over to the Node 24 that npm brought and the CLI that
// `npm start` built.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = join(dirname(realpathSync(fileURLToPath(import.meta.url))), '../../../node_modules');
const node = join(modules, '.bin', 'node');
const program = join(modules, '.cache', 'clawhold', 'programs', 'current', 'cli.js');
if (!existsSync(node) || !existsSync(program)) {
  process.stderr.write(`clawhold: it is not built yet. Run "npm start" in ${dirname(modules)} once.\n`);
  process.exit(69);
}
const child = spawn(node, ['--disable-warning=ExperimentalWarning', program, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
