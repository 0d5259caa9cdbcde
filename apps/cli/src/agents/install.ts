import { lstat, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe } from '@clawhold/harness/installation';
import { ClawholdError } from '@clawhold/spec/error';
import { hasEnded, ownProcess } from './attempt-name.ts';
import { findInstaller } from './installer.ts';
import { runNpm } from './npm.ts';
import { seal } from './seal.ts';

/** How many packages were fetched, of how many at most. */
type Tell = (fetched: number, packages: number) => void;

/**
 * Installs what the recipe says below `<home>/installed`, once: a folder that is there is whole, because it comes there by
 * one rename. Nothing of the packages is run. Whoever was killed in the middle begins anew, with what was fetched.
 *
 * @returns whether it was not there before.
 * @throws ClawholdError `host_npm_missing`, `host_registry_unreachable`, `input_agent_integrity` and others of {@link runNpm}.
 */
export async function install(recipe: Recipe, home: string, tell: Tell): Promise<boolean> {
  const installed = join(home, 'installed', recipe.name);
  if (await isThere(installed)) return false;
  const installer = await findInstaller(join(home, 'installer'));
  await removeLeftovers(installer.folder);
  const attempt = join(installer.folder, ownProcess());
  const tree = join(attempt, 'tree');
  await mkdir(tree, { recursive: true, mode: 0o755 });
  try {
    await writeFile(join(tree, 'package.json'), recipe.manifest);
    await writeFile(join(tree, 'package-lock.json'), recipe.lock);
    await runNpm(installer, tree, (fetched) => tell(fetched, recipe.packages));
    if (!(await isThere(join(tree, recipe.program))))
      throw new ClawholdError('host_agent_missing', `${recipe.harness} has no program for this machine.`, {
        hint: 'Its packages are for Linux on x64 and arm64, with the optional ones: look at "npm config get omit".',
      });
    for (const mark of recipe.scriptMarks) await rm(join(tree, mark), { force: true });
    await seal(tree);
    await rename(tree, installed).catch(async (error: unknown) => {
      // Somebody else was faster, with the same.
      if (!(await isThere(installed))) throw error;
    });
    return true;
  } finally {
    await rm(attempt, { recursive: true, force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** What attempts left that were killed. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (hasEnded(name)) await rm(join(folder, name), { recursive: true, force: true });
}
