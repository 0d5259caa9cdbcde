import { execFile } from 'node:child_process';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot, temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';

const run = promisify(execFile);

test(verifies('manager.code-is-ours', 'built with an open umask, programs belong to the builder alone'), async () => {
  const folder = join(await temporaryFolder(), 'programs');
  await run('sh', ['-c', 'umask 000 && exec "$@"', 'sh', process.execPath, 'scripts/bundle.mjs', folder], {
    cwd: repositoryRoot,
  });
  const files = await readdir(folder);
  expect(files).toEqual(expect.arrayContaining(['api.js', 'cli.js', 'manager.js', 'supervisor.js', 'worker.js']));
  for (const path of [folder, ...files.map((file) => join(folder, file))]) {
    const { mode, uid } = await lstat(path);
    expect([mode & 0o022, uid], path).toEqual([0, process.getuid?.()]);
    expect(mode & 0o004, `${path} for our accounts`).toBe(0o004);
  }
});
