import { callRoute } from '@clawhold/channel';
import { apiRoutes, type RunId, type StepId, type UnknownStep } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { ApiHouse, type HttpAnswer } from '../api/testing/api-house.ts';
import { everyRow } from '../worker/testing/database-rows.ts';

const step: StepId = 'stp_0123456789';

const report = (house: ApiHouse, run: RunId): Promise<UnknownStep> =>
  callRoute(house.channels.worker, apiRoutes.reportUnknownStep, {
    run,
    step,
    tool: 'shell.exec',
    summary: 'SECRET-SUMMARY',
    explanation: 'The supervisor ended.',
  });

const settle = (house: ApiHouse, run: RunId, body: unknown, which: string = step): Promise<HttpAnswer> =>
  house.operator('POST', `/runs/${run}/steps/${which}/settle`, body);

test(verifies('gateway.unknown-settled-once', 'what a person found out is recorded, told and kept'), async () => {
  const house = await ApiHouse.open();
  const run = await house.newRun();
  expect(await report(house, run)).toMatchObject({ state: 'open', verdict: null });
  const listed = await house.operator('GET', '/unknown-steps');
  expect(listed.json).toMatchObject({ steps: [{ run, step, tool: 'shell.exec', summary: 'SECRET-SUMMARY' }] });

  const { json, status } = await settle(house, run, { verdict: 'happened', note: ' SECRET-NOTE ' });
  expect(status).toBe(200);
  expect(json).toMatchObject({ state: 'settled', verdict: 'happened', note: 'SECRET-NOTE', settledBy: 'operator' });
  expect((await house.operator('GET', '/unknown-steps')).json).toEqual({ steps: [] });
  expect((await house.operator('GET', '/unknown-steps?unsettled=false')).json).toMatchObject({ steps: [{ step }] });
  const told = (await house.operator('GET', `/runs/${run}/timeline`)).json as { entries: { body: unknown }[] };
  expect(told.entries.map(({ body }) => body)).toContainEqual({
    kind: 'step.settled',
    step,
    verdict: 'happened',
    by: 'operator',
    note: 'SECRET-NOTE',
  });
  expect((await house.recorded()).slice(-2)).toMatchObject([
    { type: 'step.lost', actor: 'worker', body: { step, tool: 'shell.exec' } },
    { type: 'step.settled', actor: 'person:operator', body: { step, verdict: 'happened', by: 'operator' } },
  ]);
  const rows = await everyRow(house.databaseUrl);
  expect(rows).toContain(step);
  for (const word of ['SECRET-SUMMARY', 'SECRET-NOTE']) expect(rows).not.toContain(word);
});

test(
  verifies('gateway.unknown-settled-once', 'of many answers at the same time one counts, and it stays'),
  async () => {
    const house = await ApiHouse.open();
    const run = await house.newRun();
    await Promise.all([report(house, run), report(house, run), report(house, run)]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        settle(house, run, { verdict: index % 2 === 0 ? 'happened' : 'did_not_happen' }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { json, status } of answers.filter((answer) => answer.status !== 200)) {
      expect(status).toBe(409);
      expect(json).toMatchObject({ code: 'state_step_settled', title: expect.stringMatching(/operator said that it/) });
    }
    const types = (await house.recorded()).map(({ type }) => type);
    expect(types.filter((type) => type === 'step.lost')).toHaveLength(1);
    expect(types.filter((type) => type === 'step.settled')).toHaveLength(1);
  },
);

test(verifies('gateway.unknown-settled-once', 'the answer wakes whoever waits for it'), async () => {
  const house = await ApiHouse.open();
  const run = await house.newRun();
  await report(house, run);
  const waiting = callRoute(house.channels.worker, apiRoutes.awaitVerdict, { run, step });
  await settle(house, run, { verdict: 'did_not_happen' });
  expect(await waiting).toMatchObject({ state: 'settled', verdict: 'did_not_happen', note: null });
});

test(
  verifies('gateway.unknown-settled-once', 'nobody waits longer than agreed, and it can be said later'),
  async () => {
    const house = await ApiHouse.open();
    const run = await house.newRun();
    await report(house, run);
    await house.sql(`update unknown_step set expires = now() - interval '1 second'`);
    expect(await callRoute(house.channels.worker, apiRoutes.awaitVerdict, { run, step })).toMatchObject({
      state: 'expired',
    });
    expect((await house.operator('GET', '/unknown-steps')).json).toMatchObject({ steps: [{ state: 'expired' }] });
    expect((await settle(house, run, { verdict: 'happened' })).json).toMatchObject({ state: 'settled' });
  },
);

test(
  verifies('gateway.unknown-settled-once', 'a run that was stopped waits for nobody, and it can be said'),
  async () => {
    const house = await ApiHouse.open();
    const run = await house.newRun();
    await report(house, run);
    await house.operator('POST', `/runs/${run}/stop`);
    expect((await house.operator('GET', '/unknown-steps')).json).toMatchObject({ steps: [{ state: 'expired' }] });
    expect((await settle(house, run, { verdict: 'happened' })).json).toMatchObject({ state: 'settled' });
  },
);

test(
  verifies('gateway.unknown-settled-once', 'of what is not lost nothing is said, nor for a run that ended'),
  async () => {
    const house = await ApiHouse.open();
    const run = await house.newRun();
    expect((await settle(house, run, { verdict: 'happened' })).json).toMatchObject({
      code: 'state_no_such_step',
      status: 404,
    });
    await report(house, run);
    for (const body of [{}, { verdict: 'maybe' }, { verdict: 'happened', note: 'x'.repeat(2_001) }])
      expect((await settle(house, run, body)).json).toMatchObject({ code: 'input_malformed' });
    const other = await house.newRun();
    expect((await settle(house, other, { verdict: 'happened' })).status).toBe(404);
    await house.operator('POST', `/runs/${other}/stop`);
    await expect(report(house, other)).rejects.toThrow(expect.objectContaining({ code: 'state_run_ended' }));
    // A supervisor has no say in what its own steps did.
    const asSupervisor = callRoute(house.channels.supervisor, apiRoutes.awaitVerdict, { run, step });
    await expect(asSupervisor).rejects.toThrow(expect.objectContaining({ code: 'auth_peer' }));
  },
);
