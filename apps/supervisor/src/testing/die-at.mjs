/**
 * Loaded by Node before a supervisor that a test kills: ends it with SIGKILL just before or just after one of the renames
 * by which it writes down where the files of a run are. The product has no such hook.
 *
 * The file that CLAWHOLD_TEST_DIE_AT names says at which: `before 2` is the second from the moment on at which it is there.
 */
import { readFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const { rename } = files;
let seen = 0;

function armed() {
  try {
    return readFileSync(process.env['CLAWHOLD_TEST_DIE_AT'] ?? '', 'utf8').split(' ');
  } catch {
    return undefined;
  }
}

files.rename = async (from, to) => {
  const [when, at] = /\/(checkpoints|run)\.json$/.test(to) ? (armed() ?? []) : [];
  if (when !== undefined) seen += 1;
  const isNow = seen > 0 && seen === Number(at);
  if (isNow && when === 'before') process.kill(process.pid, 'SIGKILL');
  await rename(from, to);
  if (isNow) process.kill(process.pid, 'SIGKILL');
};
syncBuiltinESMExports();
