import { type InstalledHarness, recipeOf } from '@clawhold/harness/installation';
import type { Session } from '../commands/command.ts';
import { paint } from '../terminal/output.ts';
import { startProgress } from '../terminal/progress.ts';
import { install } from './install.ts';

/** Installs what agents of a kind need, and tells of it. @returns the name of the installation. */
export async function installHarness(harness: InstalledHarness, home: string, { output }: Session): Promise<string> {
  const recipe = recipeOf(harness);
  const progress = startProgress();
  output.line(paint.quiet(`Installing ${harness} ${recipe.version}, ${recipe.packages} packages at most …`));
  try {
    const isFresh = await install(recipe, home, (fetched, packages) => progress.report(`${fetched} of ${packages}`));
    output.line(paint.quiet(isFresh ? 'Installed.' : 'It is there already.'));
  } finally {
    progress.end();
  }
  return recipe.name;
}
