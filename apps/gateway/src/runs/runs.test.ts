import { callRoute } from '@clawhold/channel';
import { apiRoutes, ClawholdError } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { ApiHouse } from '../api/testing/api-house.ts';
import { question, terms } from '../api/testing/rooms.ts';

const refusedAs = (code: string): unknown => expect.objectContaining({ code });
const usage = { turns: 3, inputTokens: 5, outputTokens: 7 };

test(
  verifies('gateway.runs-end-once', 'of all who end a run at the same time one does, and nobody moves it later'),
  async () => {
    const house = await ApiHouse.open();
    const run = await house.newRun();
    const { worker } = house.channels;
    const update = (state: 'finished' | 'failed' | 'running'): Promise<unknown> =>
      callRoute(worker, apiRoutes.updateRun, { run, state, outcome: `as ${state}`, usage });
    await update('running');
    const ends = await Promise.allSettled([
      ...Array.from({ length: 4 }, () => update('finished')),
      ...Array.from({ length: 4 }, () => update('failed')),
      house.operator('POST', `/runs/${run}/stop`).then(({ status }) => (status === 200 ? 1 : Promise.reject(status))),
    ]);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { json: ended } = await house.operator('GET', `/runs/${run}`);
    await expect(update('running')).rejects.toThrow(expect.objectContaining({ code: 'state_run_ended', status: 409 }));
    expect((await house.operator('POST', `/runs/${run}/stop`)).json).toMatchObject({
      code: 'state_run_ended',
      status: 409,
    });
    expect((await house.operator('GET', `/runs/${run}`)).json).toEqual(ended);
    const recorded = (await house.recorded()).filter(({ type }) => type === 'run.ended' || type === 'run.stopped');
    expect(recorded).toHaveLength(1);
  },
);

test(
  verifies('gateway.stop-kills-first', 'while the sandbox is being killed nothing says yet that it is'),
  async () => {
    const house = await ApiHouse.open();
    const [run, other] = [await house.newRun(), await house.newRun()];
    const { action, digest } = question({ id: run } as Parameters<typeof question>[0]); // only the id is asked for
    const asked = { action, digest, ...terms };
    const { id } = await callRoute(house.channels.supervisor, apiRoutes.requestApproval, asked);
    const meanwhile: unknown[] = [];
    house.supervisor = {
      stop: async () => {
        meanwhile.push(...(await house.sql('select state from run where id = $1', [run])));
        return { stopped: [run], milliseconds: 1 };
      },
    };
    const { json } = await house.operator('POST', `/runs/${run}/stop`);
    expect(json).toMatchObject({ stopped: [run] });
    expect(meanwhile).toEqual([{ state: 'queued' }]);
    expect((await house.operator('GET', `/approvals/${id}`)).json).toMatchObject({ state: 'void' });
    expect((await house.operator('GET', `/runs/${other}`)).json).toMatchObject({ state: 'queued' });
    expect((await house.recorded()).slice(-2).map(({ type, actor }) => [type, actor])).toEqual([
      ['run.stopped', 'person:operator'],
      ['approval.voided', 'api'],
    ]);
  },
);

test(verifies('gateway.stop-kills-first', 'all of them, and an unknown one kills nothing'), async () => {
  const house = await ApiHouse.open();
  const runs = [await house.newRun(), await house.newRun(), await house.newRun()];
  expect((await house.operator('POST', '/runs/run_0123456789/stop')).json).toMatchObject({ code: 'state_no_such_run' });
  expect(house.asked).not.toContain('stop');
  const { json } = await house.operator('POST', '/stop');
  expect((json as { stopped: string[] }).stopped.toSorted()).toEqual(runs.toSorted());
  expect(await callRoute(house.channels.worker, apiRoutes.listOpenRuns, {})).toEqual({ runs: [] });
});

test(
  verifies('gateway.supervisor-hangs', 'who cannot be asked to stop loses the lease, and the run ends'),
  async () => {
    const house = await ApiHouse.open();
    const run = await house.newRun();
    const { supervisor } = house.channels;
    const { epoch } = await callRoute(supervisor, apiRoutes.registerSupervisor, {
      name: 'local',
      tier: 't',
      attestationKey: '',
    });
    await callRoute(supervisor, apiRoutes.renewLease, { epoch });
    house.supervisor = {
      stop: () => {
        throw new ClawholdError('channel_lost', 'The connection broke.', { status: 503 });
      },
    };
    expect((await house.operator('POST', '/stop')).json).toMatchObject({ stopped: [run], killed: false });
    expect((await house.operator('GET', `/runs/${run}`)).json).toMatchObject({ state: 'stopped' });
    await expect(callRoute(supervisor, apiRoutes.renewLease, { epoch })).rejects.toThrow(refusedAs('state_lease_lost'));
    expect(await house.recorded()).toContainEqual({ type: 'supervisor.lost', actor: 'api', body: { epoch } });
  },
);

test(
  verifies('gateway.stop-kills-first', 'a supervisor that answers that it cannot is not called stopped'),
  async () => {
    const house = await ApiHouse.open();
    const run = await house.newRun();
    house.supervisor = {
      stop: () => {
        throw new Error('cannot');
      },
    };
    expect((await house.operator('POST', `/runs/${run}/stop`)).status).toBeGreaterThanOrEqual(500);
    expect((await house.operator('GET', `/runs/${run}`)).json).toMatchObject({ state: 'queued' });
  },
);

test(verifies('gateway.events-by-their-writer', 'each process writes its own events, under its own name'), async () => {
  const house = await ApiHouse.open();
  const { worker, supervisor } = house.channels;
  const append = (
    channel: typeof worker,
    type: 'finding.raised' | 'policy.published' | 'step.ended' | 'approval.granted',
    actor = 'person:ada',
  ) =>
    callRoute(channel, apiRoutes.appendEvents, {
      events: [
        { type: 'finding.raised', actor, run: null, body: { kind: 'k', text: 't' } },
        { type, actor, run: null, body: { kind: 'k', text: 't' } },
      ],
    });
  const before = await house.recorded();
  for (const type of ['approval.granted', 'policy.published', 'step.ended'] as const)
    await expect(append(worker, type)).rejects.toThrow(refusedAs('auth_event_not_writable'));
  for (const type of ['approval.granted', 'policy.published'] as const)
    await expect(append(supervisor, type)).rejects.toThrow(refusedAs('auth_event_not_writable'));
  // All or none: what stood before the refused one is not there either.
  expect(await house.recorded()).toEqual(before);
  await append(worker, 'finding.raised');
  await append(supervisor, 'finding.raised');
  expect((await house.recorded()).slice(before.length).map(({ actor }) => actor)).toEqual([
    'worker',
    'worker',
    'supervisor',
    'supervisor',
  ]);
});

test(
  verifies('gateway.events-by-their-writer', 'a worker can neither ask, nor use an approval, nor be a supervisor'),
  async () => {
    const house = await ApiHouse.open();
    const { worker } = house.channels;
    const refused = refusedAs('auth_peer');
    const use = { approval: 'apr_0123456789', digest: 'ab'.repeat(32) } as const;
    await expect(callRoute(worker, apiRoutes.consumeApproval, use)).rejects.toThrow(refused);
    await expect(
      callRoute(worker, apiRoutes.registerSupervisor, { name: 'w', tier: 't', attestationKey: '' }),
    ).rejects.toThrow(refused);
    await expect(callRoute(worker, apiRoutes.reserve, { counter: 'c', amount: 1, limit: 1 })).rejects.toThrow(refused);
  },
);

test(
  verifies('gateway.one-supervisor', 'whoever registers ends the one before, whatever others are called'),
  async () => {
    const house = await ApiHouse.open();
    const { supervisor } = house.channels;
    const register = async (name: string): Promise<number> =>
      (await callRoute(supervisor, apiRoutes.registerSupervisor, { name, tier: 't', attestationKey: '' })).epoch;
    const renew = (epoch: number): Promise<unknown> => callRoute(supervisor, apiRoutes.renewLease, { epoch });
    const first = await register('one');
    const epochs = await Promise.all(['two', 'three', 'four', 'one'].map(register));
    expect(new Set([first, ...epochs]).size).toBe(5);
    for (const epoch of epochs) await renew(epoch);
    await expect(renew(first)).rejects.toThrow(expect.objectContaining({ code: 'state_lease_lost', status: 409 }));
    await house.sql(`update supervisor set lease_until = now() - interval '1 second' where name = 'two'`);
    const { json } = await house.operator('GET', '/status');
    const { supervisors } = json as { supervisors: { name: string; alive: boolean }[] };
    expect(supervisors.filter(({ alive }) => !alive).map(({ name }) => name)).toEqual(['two']);
  },
);

test(
  verifies('gateway.budgets-do-not-overdraw', 'of many who take at the same time only those that fit get it'),
  async () => {
    const house = await ApiHouse.open();
    const take = (amount: number, limit: number) =>
      callRoute(house.channels.supervisor, apiRoutes.reserve, { counter: 'sends/today', amount, limit });
    const taken = await Promise.all(Array.from({ length: 20 }, () => take(3, 10)));
    expect(taken.filter(({ granted }) => granted)).toHaveLength(3);
    expect(await take(2, 10)).toEqual({ granted: false, spent: 9 });
    expect(await take(1, 10)).toEqual({ granted: true, spent: 10 });
  },
);

test(verifies('gateway.self-check-kept', 'what the check of a run said is told wherever the run is'), async () => {
  const house = await ApiHouse.open();
  const run = await house.newRun();
  expect((await house.operator('GET', `/runs/${run}`)).json).toMatchObject({ selfCheck: null });
  const end = { run, state: 'finished', outcome: 'Not met: pay.', usage, selfCheck: 'unmet' } as const;
  await callRoute(house.channels.worker, apiRoutes.updateRun, end);
  expect((await house.operator('GET', `/runs/${run}`)).json).toMatchObject({ state: 'finished', selfCheck: 'unmet' });
  expect((await house.operator('GET', '/runs')).json).toMatchObject({ runs: [{ id: run, selfCheck: 'unmet' }] });
});
