import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Attestation, type Sandbox, type SandboxRequest, spawnLauncher } from '@clawhold/sandbox';
// Not by the package's index: that brings Vitest along.
import { launcherBinary } from '../../packages/testkit/src/built.ts';
import type { Timing } from '../report/timing-table.ts';
import { measureCheckpoints } from './checkpoints.ts';
import type { IdleWay } from './idle.ts';
import { echo, type Way } from './way.ts';

/** Clawhold's launcher, and what it says of the sandboxes that were measured. */
export interface Clawhold extends Way {
  /** One of each start that was measured. */
  readonly attestations: readonly Attestation[];
  /** Opens a sandbox that stays. */
  open(): Promise<Sandbox>;
  /** The same as one of many, each on files of its own. */
  readonly idle: IdleWay;
  /** A checkpoint, and a list of changes, of a folder with this many files. */
  checkpoints(files: number): Promise<readonly Timing[]>;
}

/** How many sandboxes may run at once: each slot has a host id of its own. */
const slots = 1_100;

/** Starts the launcher as a child and gives every sandbox what the supervisor gives it. */
export async function openClawhold(folder: string): Promise<Clawhold> {
  const [taskFolder, storage] = [join(folder, 'task'), join(folder, 'storage')];
  for (const path of [taskFolder, storage]) mkdirSync(path);
  writeFileSync(join(taskFolder, 'a.txt'), 'a');
  const driver = await spawnLauncher({ binary: await launcherBinary() });
  const attestations: Attestation[] = [];
  let started = 0;
  const next = (): Omit<SandboxRequest, 'taskFolder' | 'storage'> => {
    return {
      id: `bench-${started}`,
      slot: started++ % slots,
      listeners: [80, 443, 3_128, 8_080].map((port) => ({ name: String(port), address: '0.0.0.0', port })),
      runtime: { node: process.execPath },
      readOnly: [],
      environment: { PATH: '/usr/bin:/bin' },
      hosts: {},
      limits: { memoryBytes: 2 ** 31, processes: 256, openFiles: 1_024, temporaryBytes: 2 ** 29 },
      forbiddenSockets: [],
    };
  };
  const open = (): Promise<Sandbox> => driver.start({ ...next(), taskFolder, storage });
  return {
    name: 'Clawhold, every layer and self-test',
    version: ['launcher', driver.name],
    attestations,
    open,
    idle: {
      name: 'Clawhold, every layer and self-test',
      root: driver.hello.process,
      async open() {
        const own = join(folder, `storage-${started}`);
        mkdirSync(own);
        const sandbox = await driver.start({ ...next(), taskFolder, storage: own });
        return { held: async () => (await sandbox.usage()).memoryBytes, end: () => sandbox.kill() };
      },
    },
    checkpoints: (files) => measureCheckpoints(driver, next(), folder, files),
    async start() {
      const began = performance.now();
      const sandbox = await open();
      let elapsed: number | undefined;
      for await (const _output of sandbox.execute({ arguments: [...echo] })) elapsed ??= performance.now() - began;
      attestations.push(sandbox.attestation);
      await sandbox.kill();
      if (elapsed === undefined) throw new Error('the sandbox printed nothing');
      return elapsed;
    },
    [Symbol.asyncDispose]: () => driver.close(),
  };
}
