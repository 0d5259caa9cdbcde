import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beginRun, diffTree, type LauncherDriver, type SandboxRequest, type TaskFolderView } from '@clawhold/sandbox';
import type { Timing } from '../report/timing-table.ts';
import { resource } from '../resource.ts';
import { progress } from '../topic.ts';

const checkpoints = 20;
const diffs = 3;
const perFolder = 1_000;

/** A person's folder of this many small files. */
async function fill(folder: string, files: number): Promise<void> {
  for (let first = 0; first < files; first += perFolder) {
    const part = join(folder, String(first / perFolder));
    await mkdir(part);
    const names = Array.from({ length: Math.min(perFolder, files - first) }, (_, index) => `${index}.txt`);
    await Promise.all(names.map((name) => writeFile(join(part, name), name)));
  }
}

/** A checkpoint of a living sandbox after a change of one file, and a list of changes when every file was changed. */
export async function measureCheckpoints(
  driver: LauncherDriver,
  request: Omit<SandboxRequest, 'taskFolder' | 'storage'>,
  parent: string,
  files: number,
): Promise<readonly Timing[]> {
  const folder = await mkdtemp(join(parent, 'checkpoints-'));
  await using _folder = resource(() => rm(folder, { recursive: true, force: true }));
  const [taskFolder, storage] = [join(folder, 'task'), join(folder, 'storage')];
  for (const path of [taskFolder, storage]) await mkdir(path);
  progress(`a folder of ${files} files`);
  await fill(taskFolder, files);
  const view: TaskFolderView = { taskFolder, storage, begun: await beginRun(driver, taskFolder) };
  await using sandbox = await driver.start({ ...request, taskFolder, storage });
  const pool = join(storage, 'view', 'layers');
  const sh = (script: string): Promise<unknown> => sandbox.run({ arguments: ['sh', '-c', script] });
  const taken: number[] = [];
  const names: string[] = [];
  // The change that the first one closes is that of every file.
  await sh('for part in *; do for file in $part/*; do echo changed >$file; done; done');
  while (taken.length < checkpoints) {
    const name = String(taken.length);
    names.push(name);
    const began = performance.now();
    await sandbox.renew({ pool, names, seal: name });
    taken.push(performance.now() - began);
    await sh(`echo ${name} >0/0.txt`);
  }
  const listed: number[] = [];
  while (listed.length < diffs) {
    const began = performance.now();
    const { changes } = await diffTree(driver, { ...view, layers: { pool, names } });
    if (changes.length !== files) throw new Error(`${changes.length} changes instead of ${files}`);
    listed.push(performance.now() - began);
  }
  const count = files.toLocaleString('en');
  return [
    { name: `checkpoint of a living sandbox, ${count} files changed before the first`, samples: taken },
    { name: `list of changes, ${count} files changed, ${checkpoints} checkpoints`, samples: listed },
  ];
}
