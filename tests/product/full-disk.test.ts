import { execFile } from 'node:child_process';
import { open, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeProductPlace, makeTemporaryFolder, startProduct, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { notAllMet, operator, patience, printed } from './answers.ts';

vi.setConfig({ testTimeout: 300_000 });

const run = promisify(execFile);

/** Takes every byte that is left. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const size of [1024 ** 2, 4096, 512]) for (;;) await file.write(Buffer.alloc(size, 1));
  } catch (error) {
    if (Reflect.get(Object(error), 'code') !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
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

      const ballast = join(disk, 'ballast');
      await fill(ballast);
      expect((await statfs(disk)).bavail).toBe(0);
      const full = await place.cli('run', 'Look around.', '--dir', work.path, '--json');
      expect(full.stdout + full.stderr).not.toMatch(/^\s+at .+[:(]\d+/m);

      await rm(ballast);
      await expect.poll(async () => (await place.cli('runs')).status, patience).toBe(0);
      await expect
        .poll(async () => (await place.cli('run', 'Look around.', '--dir', work.path, '--json')).status, patience)
        .toBe(0);
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
