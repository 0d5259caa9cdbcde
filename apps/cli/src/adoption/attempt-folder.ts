import { mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasEnded, ownProcess } from '../agents/attempt-name.ts';

/** A folder for what is not done yet; it goes away with the work, and those of killed processes with the next one. */
export async function makeAttempt(home: string): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = join(home, 'adopting');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder))
    if (hasEnded(name)) await rm(join(folder, name), { recursive: true, force: true });
  const own = join(folder, ownProcess());
  await mkdir(own, { recursive: true, mode: 0o700 });
  const path = await mkdtemp(join(own, 'work-'));
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
      // With other work of this process in it, it stays.
      await rmdir(own).catch(() => undefined);
    },
  };
}
