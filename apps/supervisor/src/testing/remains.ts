import { readdir, readFile } from 'node:fs/promises';
import { type ProcessFacts, processTree, stillAlive } from '@clawhold/testkit';
import { expect, vi } from 'vitest';
import type { ProcessScene } from './process-scene.ts';

/** What the kernel holds for sandboxes of one launcher: control groups and mounts that lead to its folders. */
async function traces(scene: ProcessScene, launcher: number): Promise<readonly string[]> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  const found = mounts.split('\n').filter((line) => line.includes(scene.home) || line.includes(scene.taskFolder));
  return [...found, ...(await groupsOf(launcher))];
}

async function groupsOf(launcher: number): Promise<readonly string[]> {
  // Groups of others come and go while we look.
  const names = await vi.waitUntil(() => readdir('/sys/fs/cgroup', { recursive: true }).catch(() => undefined));
  return names.filter((name) => name.split('/').includes(`clawhold-${launcher}`));
}

/** A launcher and everything below it at one moment. */
export interface Victims {
  readonly launcher: number;
  readonly processes: readonly ProcessFacts[];
}

export function lookAtVictims(scene: ProcessScene): Victims {
  const launcher = scene.launcher();
  return { launcher, processes: processTree(launcher) };
}

/** Whatever lived when somebody looked is gone, with all that the kernel held for it. */
export async function nothingIsLeft(scene: ProcessScene, { launcher, processes }: Victims): Promise<void> {
  await vi.waitFor(() => expect(stillAlive(processes)).toEqual([]), { timeout: 20_000 });
  await vi.waitFor(async () => expect(await traces(scene, launcher)).toEqual([]), { timeout: 20_000 });
}
