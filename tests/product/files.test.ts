import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileOutcome, Run } from '@clawhold/client';
import { makeProductPlace, ordinaryUser, scale, startProduct, verifies } from '@clawhold/testkit';
import { tourPolicy } from '@clawhold/tour';
import { expect, test, vi } from 'vitest';
import { notAllMet, printed } from './answers.ts';
import { giveTo, setUpTour } from './tour-work.ts';

vi.setConfig({ testTimeout: 300_000 });

interface Applied {
  readonly applied: boolean;
  readonly outcomes: readonly FileOutcome[];
}

const user = await ordinaryUser();
const ordinary = ['an ordinary user', user] as const;
// Both in the long run: everyday the account that runs the tests, as the tour is done as both.
const accounts =
  process.getuid?.() === 0 ? [['root', undefined] as const, ...(scale(1) > 1 ? [ordinary] : [])] : [ordinary];

test.each(accounts)(
  verifies('product.files-are-the-persons', 'as %s: diff, conflict, keep, undo, discard'),
  async (_name, account) => {
    await using place = await makeProductPlace(account === undefined ? {} : { account });
    await using product = await startProduct(place);
    expect(product.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    await using work = await setUpTour({
      place,
      seed: 11,
      policy: tourPolicy(1),
      ...(account === undefined ? {} : { account }),
    });
    await writeFile(join(work.folder, '.env'), 'TOKEN=secret\n');
    if (account !== undefined) await giveTo(account, work.folder);
    expect((await work.run()).status).toBe(notAllMet);
    const [{ id } = { id: '' }] = printed<readonly Run[]>(await place.cli('runs', '--limit', '1', '--json'));
    const report = join(work.folder, 'report.md');
    const there = (): Promise<string | undefined> => readFile(report, 'utf8').catch(() => undefined);

    // Nothing of the work is in the person's folder before they say so.
    expect(await there()).toBeUndefined();
    const shown = printed<{ readonly changes: readonly { readonly path: string; readonly change: string }[] }>(
      await place.cli('diff', id, '--json'),
    );
    expect(shown.changes.map(({ path }) => path).toSorted()).toEqual([
      'reconcile.mjs',
      'reconciliation.csv',
      'report.md',
    ]);
    expect((await place.cli('diff', id)).stdout).toContain('# Reconciliation of');
    const named = (await place.cli('diff', id, 'report.md')).stdout;
    expect(named).toContain('# Reconciliation of');
    expect(named).not.toContain('reconcile.mjs');
    expect((await place.cli('diff', id, 'ledger.csv')).stderr).toContain('not among the changes');

    // What was measured of its sandbox is what its supervisor signed, and it did not see the secret.
    const inspected = await place.cli('sandbox', 'inspect', id, '--json');
    expect(inspected.status, inspected.stdout).toBe(0);
    expect(printed(inspected)).toMatchObject({
      signed: true,
      attestation: { driver: 'launcher', files: { masked: true }, hiddenFiles: { count: 1, paths: ['.env'] } },
    });

    // Back to the moment before its first risky step, and forward again; what is between the two is the whole of it.
    const names = async (...words: readonly string[]): Promise<readonly string[]> =>
      printed<typeof shown>(await place.cli('diff', id, ...words, '--json')).changes.map(({ path }) => path);
    const marked = await place.cli('checkpoint', id, '--name', 'done', '--json');
    expect(marked.status, marked.stdout).toBe(0);
    expect((await place.cli('checkpoints', id)).stdout).toMatch(/1 +- .*before stp_.*\n(.*\n)*\d+ +done/);
    expect(await names('--from', '1', '--to', 'done')).toEqual(await names());
    const back = await place.cli('restore', id, '1', '--json');
    expect(back.status, back.stdout).toBe(0);
    expect(await names()).toEqual([]);
    expect((await place.cli('restore', id, 'done', '--json')).status).toBe(0);
    expect((await names()).toSorted()).toEqual(['reconcile.mjs', 'reconciliation.csv', 'report.md']);

    // What the person wrote meanwhile is a conflict, and stays.
    await writeFile(report, 'my own\n');
    if (account !== undefined) await giveTo(account, work.folder);
    const conflict = await place.cli('keep', id, '--json');
    expect(conflict.status).toBe(1);
    expect(printed<Applied>(conflict)).toMatchObject({ applied: false });
    expect(printed<Applied>(conflict).outcomes).toContainEqual(
      expect.objectContaining({ path: 'report.md', outcome: 'conflict' }),
    );
    expect(await there()).toBe('my own\n');

    const rest = await place.cli('keep', id, '--skip-conflicts', '--json');
    expect(rest.status, rest.stdout).toBe(0);
    expect(await there()).toBe('my own\n');
    const table = join(work.folder, 'reconciliation.csv');
    expect(await readFile(table, 'utf8')).toContain('invoice,purchase_order');

    const undone = await place.cli('undo', id, '--json');
    expect(undone.status, undone.stdout).toBe(0);
    await expect(readFile(table, 'utf8')).rejects.toThrow('ENOENT');
    expect(await there()).toBe('my own\n');
    const again = await place.cli('undo', id, '--json');
    expect(again.status).toBe(1);
    expect(printed(again)).toMatchObject({ error: { code: expect.stringMatching(/^(state|files)_/) } });

    // Another run, which is dropped: nothing of it can be kept after.
    const folder = join(place.folder, 'dropped');
    await mkdir(folder);
    if (account !== undefined) await giveTo(account, folder);
    expect((await place.cli('run', 'Look around.', '--dir', folder, '--json')).status).toBe(notAllMet);
    const [second] = printed<readonly Run[]>(await place.cli('runs', '--limit', '1', '--json'));
    expect((await place.cli('discard', second?.id ?? '', '--json')).status).toBe(0);
    const late = await place.cli('keep', second?.id ?? '', '--json');
    expect(late.status).toBe(1);
    expect(printed(late)).toMatchObject({ error: { code: expect.stringMatching(/^(state|files)_/) } });
    expect(printed<readonly Run[]>(await place.cli('runs', '--json')).map(({ files }) => files)).toEqual([
      'discarded',
      'undone',
    ]);
  },
);
