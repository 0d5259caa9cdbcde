import { execFile } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeProductPlace, makeTemporaryFolder, startProduct, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { notAllMet, operator, patience, printed } from './answers.ts';

vi.setConfig({ testTimeout: 300_000 });

const run = promisify(execFile);

/** Everything that is left of a disk, and all that becomes free, until it is given back. */
interface Ballast {
  release(): Promise<void>;
}

/**
 * Takes every byte, and goes on taking: PostgreSQL removes and writes files all the time, so a disk that was full once
 * is not full a moment later.
 */
async function fill(path: string): Promise<Ballast> {
  const file = await open(path, 'w');
  const releasing = new AbortController();
  const takeAll = async (): Promise<void> => {
    for (const size of [1024 ** 2, 4096, 512])
      try {
        while (!releasing.signal.aborted) await file.write(Buffer.alloc(size, 1));
      } catch (error) {
        if (Reflect.get(Object(error), 'code') !== 'ENOSPC') throw error;
      }
  };
  await takeAll();
  const taking = (async () => {
    while (!releasing.signal.aborted) {
      await takeAll();
      await sleep(5, undefined, { signal: releasing.signal }).catch(() => undefined);
    }
  })();
  return {
    async release() {
      releasing.abort();
      await taking;
      await file.close();
      await rm(path);
    },
  };
}

// Only root may mount; the same product as an ordinary user writes to the disk through the same calls.
test.runIf(process.getuid?.() === 0)(
  verifies('product.clear-sentences', 'a full disk is answered with a sentence, and nothing recorded is lost'),
  async () => {
    await using place = await makeProductPlace();
    await using work = await makeTemporaryFolder();
    const disk = dirname(place.home);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=200m,mode=0700', 'clawhold-test', disk]);
    try {
      await using product = await startProduct(place);
      const api = operator(product);
      expect((await place.cli('run', 'Look around.', '--dir', work.path)).status).toBe(notAllMet);
      const before = (await api.GET('/audit/head')).data?.size ?? 0;

      const ballast = await fill(join(disk, 'ballast'));
      const full = await place.cli('run', 'Look around.', '--dir', work.path, '--json').finally(ballast.release);
      expect(full.status).not.toBe(0);
      expect(full.stdout + full.stderr).not.toMatch(/^\s+at .+[:(]\d+/m);
      const [last = ''] = full.stdout.trim().split('\n').slice(-1);
      expect(JSON.parse(last)).toMatchObject({ error: { message: expect.stringMatching(/^[A-Z][^\n]*\.$/) } });

      await expect.poll(async () => (await place.cli('runs')).status, patience).toBe(0);
      await expect
        .poll(async () => (await place.cli('run', 'Look around.', '--dir', work.path, '--json')).status, patience)
        .toBe(notAllMet);
      expect((await api.GET('/audit/head')).data?.size).toBeGreaterThan(before);
      expect(printed(await place.cli('audit', 'verify', '--json'))).toMatchObject({
        kind: 'intact',
        headSource: 'outside',
      });
    } finally {
      await run('umount', ['-l', disk]);
    }
  },
);
