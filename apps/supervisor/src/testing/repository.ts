import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@clawhold/testkit';

const execute = promisify(execFile);

/** Makes a bare repository of git in which `README` says `from outside`; servers that only know files may serve it too. */
export async function makeRepository(path: string): Promise<void> {
  const work = await temporaryFolder();
  const git = (...words: string[]): Promise<unknown> =>
    execute('git', ['-C', work, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words]);
  await git('init', '-q');
  await writeFile(join(work, 'README'), 'from outside\n');
  await git('add', 'README');
  await git('commit', '-q', '-m', 'Begin');
  await git('clone', '-q', '--bare', work, path);
  await execute('git', ['-C', path, 'update-server-info']);
}
