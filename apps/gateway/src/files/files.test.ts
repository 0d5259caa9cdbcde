import { callRoute } from '@clawhold/channel';
import { apiRoutes, ClawholdError, type RunId } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { ApiHouse, type HttpAnswer } from '../api/testing/api-house.ts';

/** Digest of the list that the person saw. */
const shown = 'ab'.repeat(32);

async function endedRun(house: ApiHouse): Promise<RunId> {
  const run = await house.newRun();
  const end = { run, state: 'finished', outcome: 'done', usage: null } as const;
  await callRoute(house.channels.worker, apiRoutes.updateRun, end);
  return run;
}

const keep = (house: ApiHouse, run: RunId, digest = shown): Promise<HttpAnswer> =>
  house.operator('POST', `/runs/${run}/keep`, { digest });

const filesOf = async (house: ApiHouse, run: RunId): Promise<unknown> =>
  ((await house.operator('GET', `/runs/${run}`)).json as { files: unknown }).files;

test(verifies('gateway.files-after-the-end', 'nothing is kept, dropped or undone while the run goes on'), async () => {
  const house = await ApiHouse.open();
  const run = await house.newRun();
  for (const action of ['keep', 'discard', 'undo'])
    expect((await house.operator('POST', `/runs/${run}/${action}`, { digest: shown })).json).toMatchObject({
      code: 'state_run_going_on',
      status: 409,
    });
  expect(house.asked).not.toEqual(expect.arrayContaining(['keep']));
  expect(house.asked).not.toEqual(expect.arrayContaining(['discard']));
});

test(verifies('gateway.files-after-the-end', 'only what is kept is undone, and each of it once'), async () => {
  const house = await ApiHouse.open();
  const run = await endedRun(house);
  expect((await house.operator('POST', `/runs/${run}/undo`)).json).toMatchObject({ code: 'state_files_not_kept' });
  expect((await keep(house, run)).status).toBe(200);
  expect((await keep(house, run)).json).toMatchObject({ code: 'state_files_settled', status: 409 });
  expect((await house.operator('POST', `/runs/${run}/discard`)).json).toMatchObject({ code: 'state_files_settled' });
  expect((await house.operator('POST', `/runs/${run}/undo`)).json).toMatchObject({ applied: true, remaining: [] });
  expect((await house.operator('POST', `/runs/${run}/undo`)).json).toMatchObject({ code: 'state_files_not_kept' });
  expect(house.asked.filter((name) => ['keep', 'undo', 'discard'].includes(name))).toEqual(['keep', 'undo']);
  expect((await house.recorded()).slice(-4).map(({ type }) => type)).toEqual([
    'files.intended',
    'files.kept',
    'files.intended',
    'files.undone',
  ]);
});

test(
  verifies('gateway.files-after-the-end', 'a list that was not the one shown, or a conflict, settles nothing'),
  async () => {
    const house = await ApiHouse.open();
    const run = await endedRun(house);
    house.supervisor = {
      keep: ({ digest }) => {
        if (digest !== shown) throw new ClawholdError('state_changes_differ', 'It changed.');
        return { applied: false, outcomes: [{ path: 'a', outcome: 'conflict', explanation: 'It changed here.' }] };
      },
    };
    expect((await keep(house, run, 'ef'.repeat(32))).json).toMatchObject({ code: 'state_changes_differ', status: 409 });
    expect((await keep(house, run)).json).toMatchObject({
      applied: false,
      outcomes: [{ path: 'a', outcome: 'conflict' }],
    });
    expect(await filesOf(house, run)).toBe('open');
    expect((await house.recorded()).map(({ type }) => type)).not.toContain('files.kept');
  },
);

test(verifies('gateway.files-after-the-end', 'what could not be dropped is still there to be kept'), async () => {
  const house = await ApiHouse.open();
  const run = await endedRun(house);
  house.supervisor = {
    discard: () => {
      throw new Error('no');
    },
  };
  expect((await house.operator('POST', `/runs/${run}/discard`)).status).toBeGreaterThanOrEqual(500);
  expect(await filesOf(house, run)).toBe('open');
  expect((await keep(house, run)).status).toBe(200);
});
