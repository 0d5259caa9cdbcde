import { makeTemporaryFolder } from '@clawhold/testkit';
import { afterAll } from 'vitest';
import type { TreeJobs } from '../tree-jobs.ts';
import { type Account, processJobs } from './process.ts';
import { buildTreePrograms, type TreePrograms } from './programs.ts';
import { type Operation, World } from './world.ts';

/** What a test file needs to make worlds: programs, and a folder that goes when the file is done. */
export interface Stage {
  readonly programs: TreePrograms;
  /** The file jobs, as an account. */
  jobs(account: Account): TreeJobs;
  /** A world in which the person has done `operations` and a run has begun. */
  world(account: Account, operations?: readonly Operation[]): Promise<World>;
}

/** Call it once at the top of a test file. */
export async function makeStage(): Promise<Stage> {
  const parent = await makeTemporaryFolder({ mode: 0o711 });
  afterAll(() => parent[Symbol.asyncDispose]());
  const programs = await buildTreePrograms(parent.path);
  return {
    programs,
    jobs: (account) => processJobs(account, programs.tree),
    world: (account, operations = []) => World.make(account, programs, parent.path, operations),
  };
}
