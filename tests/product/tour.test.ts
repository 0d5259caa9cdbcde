import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FileChange, Run } from '@clawhold/client';
import { launcherBinary, makeProductPlace, ordinaryUser, processTree, stillAlive, verifies } from '@clawhold/testkit';
import { checkReport, type FinanceState } from '@clawhold/tour';
import { test, vi } from 'vitest';
import { patience, printed, type ShownRun } from './answers.ts';

vi.setConfig({ testTimeout: 300_000 });

interface TourEnd {
  readonly kind: 'tour';
  readonly run: Run;
  readonly denied: number;
  readonly held: number;
  readonly changes: readonly FileChange[];
  readonly head: string;
}

const user = await ordinaryUser();
const accounts =
  process.getuid?.() === 0
    ? ([
        ['root', undefined, 1],
        ['an ordinary user', user, 7],
      ] as const)
    : ([['an ordinary user', user, 7]] as const);

// Both at the same time: nearly all of it is waiting for the answer that nobody gives.
test.concurrent.for(accounts)(
  verifies('product.tour-unattended', 'as %s, "start </dev/null" reaches the end of the tour and stays up'),
  async ([_name, account, seed], { expect, signal }) => {
    await using place = await makeProductPlace(account === undefined ? {} : { account });
    await launcherBinary();
    const [file, ...words] = place.command('cli', ['start', '--json', '--seed', `${seed}`]);
    const start = spawn(file, words, { env: place.environment, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(start, 'exit');
    try {
      const end = await new Promise<TourEnd>((resolve, reject) => {
        let errors = '';
        let last = 'nothing';
        start.stderr.setEncoding('utf8').on('data', (text: string) => {
          errors += text;
        });
        signal.addEventListener('abort', () => reject(new Error(`no end of the tour; the last line was ${last}`)));
        void ended.then(() => reject(new Error(`it ended before the tour did: ${errors}`)));
        createInterface({ input: start.stdout }).on('line', (line) => {
          last = line;
          const value = JSON.parse(line) as { readonly kind?: string }; // lines of our own command
          if (value.kind === 'tour') resolve(value as TourEnd);
        });
      });
      expect(end).toMatchObject({ run: { state: 'finished', files: 'open' }, head: expect.stringMatching(/./) });
      expect(end.run.outcome).toMatch(/was not posted[\s\S]*Nothing was sent. Nothing was paid./);
      // Both ways out were denied; payment and posting were held, and nobody answered.
      expect(end.denied).toBeGreaterThanOrEqual(2);
      expect(end.held).toBe(2);

      const shown = printed<ShownRun>(await place.cli('show', end.run.id, '--json'));
      const ends = shown.timeline.flatMap(({ body }) => (body.kind === 'approval.ended' ? [body.state] : []));
      expect(ends).toEqual(['expired', 'expired']);
      const reasons = shown.timeline.flatMap(({ body }) =>
        body.kind === 'decision' && body.decision.kind === 'ask' ? body.decision.reasons.map(({ code }) => code) : [],
      );
      expect(reasons).toContain('flow');
      const finance = await readFile(join(place.home, 'tour', 'finance.json'), 'utf8').catch(() => undefined);
      if (finance !== undefined)
        expect(JSON.parse(finance) as FinanceState).toMatchObject({ payments: [], postings: [] });

      expect(printed(await place.cli('audit', 'verify', '--json'))).toMatchObject({
        kind: 'intact',
        headSource: 'outside',
      });
      const kept = await place.cli('keep', end.run.id, '--json');
      expect(kept.status, kept.stdout + kept.stderr).toBe(0);
      const [folder = ''] = (await readdir(join(place.home, 'tour'))).filter((name) => name.startsWith('invoices-'));
      expect(await checkReport(join(place.home, 'tour', folder), seed)).toEqual([]);

      const processes = processTree(start.pid ?? -1);
      expect(processes.length).toBeGreaterThan(5);
      start.kill('SIGINT');
      await ended;
      await expect.poll(() => stillAlive(processes), patience).toEqual([]);

      const again = await place.cli('up', '--detach', '--json');
      expect(again.status, again.stderr + again.stdout).toBe(0);
      expect(printed<readonly Run[]>(await place.cli('runs', '--json'))).toMatchObject([
        { id: end.run.id, files: 'kept' },
      ]);
      expect((await place.cli('down')).status).toBe(0);
    } finally {
      const rest = processTree(start.pid ?? -1);
      await place.cli('down');
      for (const { pid } of stillAlive(rest)) process.kill(pid, 'SIGKILL');
    }
  },
);
