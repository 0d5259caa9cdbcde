// An agent that works whole in the sandbox of its run. Its task says what it does with what it keeps; it prints what came of it.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const home = process.env.HOME;

const deeds = {
  write([path, text]) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  },
  remove: (path) => rmSync(join(home, path), { recursive: true }),
  link([path, to]) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    symlinkSync(to, join(home, path));
  },
  read: (path) => (existsSync(join(home, path)) ? readFileSync(join(home, path), 'utf8') : null),
  mode: (path) => (statSync(join(home, path)).mode & 0o777).toString(8),
  files: (path) =>
    readdirSync(join(home, path), { withFileTypes: true, recursive: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1))
      .toSorted(),
  shell: (command) => execFileSync('/bin/sh', ['-c', command], { cwd: home, encoding: 'utf8' }),
  fail: () => process.exit(3),
};

// What its harness says of the way that it is started, and the task.
const words = process.argv.slice(2);
const came = JSON.parse(readFileSync(0, 'utf8')).map(([deed, values]) => deeds[deed](values) ?? null);
process.stdout.write(`${JSON.stringify({ type: 'result', result: JSON.stringify({ words, came }) })}\n`);
