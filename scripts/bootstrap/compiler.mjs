import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { outsidePath } from './places.mjs';
import { step } from './progress.mjs';
import { run } from './run.mjs';
import { Stop } from './stop.mjs';

const install = ['install', '-y', '--no-install-recommends', 'gcc', 'libc6-dev'];
const byHand = 'apt-get update && apt-get install -y gcc libc6-dev';

/**
 * Makes sure that C can be compiled. As root on Debian or its relatives the packages are installed: on a terminal after
 * asking, without one at once. Everyone else is told the command.
 */
export async function ensureCompiler() {
  if (hasCompiler() && existsSync('/usr/include/stdio.h')) return;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version'))
    throw new Stop(
      `a C compiler with the C library's headers is missing. Install it and try again, on Debian: sudo sh -c '${byHand}'`,
    );
  if (!(await agreed())) throw new Stop(`nothing was installed. Do it yourself and try again: ${byHand}`);
  const env = { ...process.env, PATH: outsidePath, DEBIAN_FRONTEND: 'noninteractive' };
  await step('installing a C compiler (apt-get install gcc libc6-dev)', async () => {
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', [...install, '-qq'], { env });
  });
}

/** Whether one of the compilers that the builds of native/ try is there. */
function hasCompiler() {
  const names = [process.env.CC, 'cc', 'gcc', 'clang'].filter(Boolean);
  const folders = outsidePath.split(delimiter);
  return names.some((name) => folders.some((folder) => isExecutable(name.startsWith('/') ? name : join(folder, name))));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function agreed() {
  if (!process.stdin.isTTY) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(
    'clawhold: no C compiler here. Install gcc and libc6-dev with apt-get? [Y/n] ',
  );
  terminal.close();
  return /^(y|yes)?$/i.test(answer.trim());
}
