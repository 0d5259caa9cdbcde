import { makeProductPlace, startProduct, verifies } from '@clawhold/testkit';
import { tourPolicy } from '@clawhold/tour';
import { expect, test, vi } from 'vitest';
import { operator, patience, printed, type ShownRun } from './answers.ts';
import { setUpTour } from './tour-work.ts';

vi.setConfig({ testTimeout: 240_000 });

test(
  verifies('product.approved-once', 'a yes to the posting makes it once, also when the gateway dies in between'),
  async () => {
    await using place = await makeProductPlace();
    await using product = await startProduct(place);
    const api = operator(product);
    await using work = await setUpTour({ place, seed: 3, policy: tourPolicy() });
    const run = await work.begin();
    const pending = async (url: RegExp) => {
      const { data } = await api.GET('/approvals', { params: { query: { run } } });
      return data?.approvals.find(({ action }) => url.test(JSON.stringify(action)));
    };

    // First the payment that the invoice wants: no.
    await expect.poll(() => pending(/payments/), patience).toBeDefined();
    const payment = await pending(/payments/);
    expect(payment?.reasons.map(({ code }) => code)).toContain('flow');
    expect(printed(await place.cli('deny', payment?.id ?? '', '--json'))).toMatchObject({ state: 'denied' });

    await expect.poll(() => pending(/postings/), patience).toBeDefined();
    const posting = await pending(/postings/);
    const id = posting?.id ?? '';

    // Another digest than that of the question is no yes to it.
    const other = await place.cli('approve', id, '--digest', payment?.digest ?? '', '--json');
    expect(other.status).toBe(1);
    expect(printed(other)).toMatchObject({ error: { code: expect.stringMatching(/digest/) } });
    expect(await pending(/postings/)).toMatchObject({ id, state: 'pending' });

    // The question outlives the process that keeps it.
    const gateway = product.processes().find(({ command }) => command.includes('/api.js'));
    process.kill(gateway?.pid ?? -1, 'SIGKILL');
    await expect
      .poll(() => pending(/postings/).catch(() => undefined), patience)
      .toMatchObject({ id, state: 'pending' });
    expect(work.finance.state.postings).toEqual([]);

    expect(printed(await place.cli('approve', id, '--json'))).toMatchObject({ id, decidedBy: expect.any(String) });
    await expect
      .poll(async () => {
        // The gateway may be away for longer than a lease; then a person has to say that it was posted.
        const { data: lost } = await api.GET('/unknown-steps', { params: { query: { run: run as `run_${string}` } } });
        for (const { step } of lost?.steps ?? []) await place.cli('settle', run, step, '--happened');
        return (await api.GET('/runs/{run}', { params: { path: { run } } })).data?.state;
      }, patience)
      .toBe('finished');
    expect(work.finance.state).toMatchObject({ payments: [], postings: [{ period: expect.any(String) }] });

    // A second yes is refused, and nothing more happens.
    const again = await place.cli('approve', id, '--json');
    expect(again.status).toBe(1);
    expect(printed(again)).toMatchObject({ error: { code: 'state_approval_ended' } });
    expect(work.finance.state.postings).toHaveLength(1);

    const shown = printed<ShownRun>(await place.cli('show', run, '--json'));
    const story = JSON.stringify(shown.timeline.slice(-30), undefined, 1);
    const ended = shown.timeline.find(({ body }) => body.kind === 'step.ended' && body.step === posting?.step);
    // The gateway may be away for longer than a lease: then the posting is honestly unknown, and was made all the same.
    if (ended?.body.kind === 'step.ended' && ended.body.outcome === 'unknown')
      expect(shown.timeline.some(({ body }) => body.kind === 'state' && body.state === 'unknown')).toBe(true);
    else expect(shown.outcome, story).toMatch(/was posted as post_1[\s\S]*Nothing was sent. Nothing was paid./);
    expect(printed(await place.cli('audit', 'verify', '--json'))).toMatchObject({
      kind: 'intact',
      headSource: 'outside',
    });
  },
);
