/** A kernel for virtual machines: Debian's, unpacked and not installed. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from './requirements.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const run = promisify(execFile);

const place = join(repositoryRoot, 'node_modules/.cache/clawhold/guest-kernel');

/** The folder with its `boot` and `lib/modules`; fetched from the registry of this machine once. */
export async function guestKernel(): Promise<string> {
  if (existsSync(place)) return place;
  await using scratch = await makeTemporaryFolder({ parent: join(repositoryRoot, 'node_modules/.cache'), mode: 0o755 });
  const cwd = scratch.path;
  const { stdout } = await run('apt-cache', ['depends', '--important', 'linux-image-amd64']);
  const name = /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
  if (name === undefined) throw new Error('the registry of this machine has no linux-image-amd64');
  await run('apt-get', ['download', '-q', name], { cwd });
  const archive = (await readdir(cwd)).find((file) => file.endsWith('.deb')) ?? '';
  await run('dpkg-deb', ['-x', archive, 'unpacked'], { cwd });
  await mkdir(join(place, '..'), { recursive: true });
  await rename(join(cwd, 'unpacked'), place);
  return place;
}
