import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type InstalledHarness, programIn, scriptMarksIn } from './installed-harness.ts';

/** An agent of somebody else, pinned: what is installed, to the last byte, and where. */
export interface Recipe {
  readonly harness: InstalledHarness;
  /** Of the agent itself. */
  readonly version: string;
  /**
   * What the folder is called: harness, version, and a digest of everything that will be in it. Two recipes with one name
   * are the same, so whoever finds the folder need not look into it.
   */
  readonly name: string;
  /** The text of `package.json`. */
  readonly manifest: string;
  /** The text of `package-lock.json`: every package with its version and digest. */
  readonly lock: string;
  /** How many packages there are; fewer are installed where some are for other machines. */
  readonly packages: number;
  /** The file, from the folder on, without which the agent is not there. */
  readonly program: string;
  /** Files that are removed: they wait for scripts of packages, and none is run. */
  readonly scriptMarks: readonly string[];
}

const versionsSchema = z.record(z.string(), z.string()).default({});
const manifestSchema = z.object({ dependencies: versionsSchema, optionalDependencies: versionsSchema });
const lockSchema = z.object({ packages: z.record(z.string(), z.unknown()) });

/** What this version of Clawhold installs for agents of a kind. */
export function recipeOf(harness: InstalledHarness): Recipe {
  const folder = join(import.meta.dirname, '../../installations', harness);
  const [manifest, lock] = ['manifest.json', 'lock.json'].map((file) => readFileSync(join(folder, file), 'utf8'));
  return createRecipe(harness, manifest ?? '', lock ?? '');
}

export function createRecipe(harness: InstalledHarness, manifest: string, lock: string): Recipe {
  const { dependencies, optionalDependencies } = manifestSchema.parse(JSON.parse(manifest));
  const [version = ''] = Object.values({ ...dependencies, ...optionalDependencies });
  const digest = createHash('sha256').update(manifest).update('\0').update(lock).digest('hex').slice(0, 16);
  return {
    harness,
    version,
    name: `${harness}-${version}-${digest}`,
    manifest,
    lock,
    packages: Object.keys(lockSchema.parse(JSON.parse(lock)).packages).length - 1,
    program: programIn(harness),
    scriptMarks: scriptMarksIn(harness),
  };
}
