import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from './requirements.ts';

/**
 * Copies an installed npm package with everything that it needs into a folder's `node_modules`, for programs that see
 * nothing of this checkout.
 */
export async function copyPackage(name: string, folder: string, done: Set<string> = new Set()): Promise<void> {
  if (done.has(name)) return;
  done.add(name);
  const source = join(repositoryRoot, 'node_modules', name);
  await cp(source, join(folder, 'node_modules', name), { recursive: true });
  // Written by npm.
  const { dependencies = {} } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  for (const dependency of Object.keys(dependencies)) await copyPackage(dependency, folder, done);
}
