import type { Run } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { cutConnections } from './testing/database-rows.ts';
import { House } from './testing/house.ts';
import { type Answer, inOrder } from './testing/scripted-model.ts';

const done = {
  calls: [{ tool: 'task_complete', arguments: { summary: 'Done.', checks: [{ demand: 'a', evidence: 'b' }] } }],
};
const write = { calls: [{ tool: 'file_write', arguments: { path: 'b.txt', content: 'hello' } }] };

test(
  verifies('agent.unknown-step-shown', 'a step in flight when the supervisor died is shown, told, and not repeated'),
  async () => {
    const house = await House.open();
    let died = false;
    house.data.tools = {
      'file.write': async ({ step }) => {
        died = true;
        house.data.forgetOutcome(step);
        await house.stopSupervisor();
        await house.startSupervisor();
        throw new Error('this answer reaches nobody');
      },
    };
    const told: string[] = [];
    const script = inOrder(write, write, done);
    house.script = (request) => {
      const last = request.messages.at(-1);
      if (last?.role === 'tool') told.push(last.content ?? '');
      return script(request);
    };
    const run = house.plane.addRun({ task: 'write' });
    await house.startWorker();
    const ended = await house.ended(run);
    expect(died).toBe(true);
    expect(ended.state).toBe('finished');
    expect(ended.outcome).toContain('The result of one step is unknown');
    expect(told[0]).toContain('unknown');
    // The model tried the same call again: it was answered without being carried out.
    expect(told[1]).toContain('must not be repeated');
    expect(new Set(house.data.attempts).size).toBe(1);
    expect(house.plane.entries(run.id, 'step.ended')[0]).toMatchObject({ outcome: 'unknown' });
    expect(house.plane.entries(run.id, 'state').map(({ state }) => state)).toContain('unknown');
  },
);

/** A run whose first write is cut off by the end of the supervisor, and what the model is told from then on. */
async function loseOneWrite(house: House, ...turns: Answer[]): Promise<{ run: Run; told: string[] }> {
  let isFirst = true;
  house.data.tools = {
    'file.write': async ({ step }) => {
      if (!isFirst) return 'written';
      isFirst = false;
      house.data.forgetOutcome(step);
      await house.stopSupervisor();
      await house.startSupervisor();
      throw new Error('this answer reaches nobody');
    },
  };
  const told: string[] = [];
  const script = inOrder(...turns);
  house.script = (request) => {
    const last = request.messages.at(-1);
    if (last?.role === 'tool') told.push(last.content ?? '');
    return script(request);
  };
  return { run: house.plane.addRun({ task: 'write' }), told };
}

test(verifies('agent.unknown-step-decided', 'a person says that it did not happen: it is made again'), async () => {
  const house = await House.open();
  house.plane.verdict = { verdict: 'did_not_happen', note: 'I looked.' };
  const { run, told } = await loseOneWrite(house, write, write, done);
  await house.startWorker();
  expect(await house.ended(run)).toMatchObject({ state: 'finished', outcome: 'Done.' });
  expect(told[0]).toContain('did not happen');
  expect(told[0]).toContain('I looked.');
  expect(house.data.effects.length).toBe(1);
  expect(new Set(house.data.attempts).size).toBe(2);
});

test(verifies('agent.unknown-step-decided', 'a person says that it happened: it is not made again'), async () => {
  const house = await House.open();
  house.plane.verdict = { verdict: 'happened', note: null };
  const { run, told } = await loseOneWrite(house, write, write, done);
  await house.startWorker();
  expect(await house.ended(run)).toMatchObject({ state: 'finished', outcome: 'Done.' });
  expect(told[0]).toContain('it happened');
  expect(told[1]).toContain('must not be repeated');
  expect(new Set(house.data.attempts).size).toBe(1);
});

test(verifies('agent.unknown-step-decided', 'the run waits for the person, also across workers'), async () => {
  const house = await House.open();
  house.plane.verdict = 'later';
  const { run, told } = await loseOneWrite(house, write, done);
  await house.startWorker();
  await house.until(() => house.plane.run(run.id).state === 'unknown' && house.plane.lost.size === 1);
  await house.killWorker();
  await house.startWorker();
  const asked = house.modelRequests;
  // Another run that comes and goes shows that the worker has looked, and went on with nothing that waits.
  house.script = () => done;
  await house.ended(house.plane.addRun({ task: 'another' }));
  expect(house.plane.run(run.id).state).toBe('unknown');
  expect(house.modelRequests).toBe(asked + 1);
  house.script = (request) => {
    told.push(request.messages.at(-1)?.content ?? '');
    return done;
  };
  house.plane.verdict = { verdict: 'happened', note: null };
  expect(await house.ended(run)).toMatchObject({ state: 'finished', outcome: 'Done.' });
  expect(told.at(-1)).toContain('it happened');
  expect(house.plane.entries(run.id, 'state').map(({ state }) => state)).toEqual([
    'running',
    'unknown',
    'running',
    'finished',
  ]);
});

test(verifies('agent.lost-supervisor-waits', 'a run goes on when the supervisor is back'), async () => {
  const house = await House.open();
  house.script = inOrder(write, done);
  const run = house.plane.addRun({ task: 'write' });
  house.data.tools = {
    'file.write': () => {
      if (house.data.opened.length < 2) throw new Error('the sandbox was not opened anew');
      return 'written';
    },
  };
  let held = false;
  house.boundary = async (name) => {
    // The model has answered and the call is not made yet: nothing else can be cut than what is meant.
    if (held || !/before appendTimeline .*started/.test(name)) return;
    held = true;
    await house.stopSupervisor();
  };
  await house.startWorker();
  await house.until(() => house.plane.entries(run.id, 'note').length > 0);
  expect(house.plane.run(run.id).state).toBe('running');
  await house.startSupervisor();
  expect(await house.ended(run)).toMatchObject({ state: 'finished', outcome: 'Done.' });
  const notes = house.plane.entries(run.id, 'note').map(({ text }) => text);
  expect(notes).toEqual(['The supervisor is away. The run waits for it.', 'The supervisor is back. The run goes on.']);
  expect(house.data.effects.length).toBe(1);
});

test(verifies('agent.lost-control-plane-waits', 'a run goes on when the control plane is back'), async () => {
  const house = await House.open();
  let gone = false;
  house.data.tools = {
    'file.write': async () => {
      await house.stopApi();
      gone = true;
      return 'written';
    },
  };
  house.script = inOrder(write, done);
  const run = house.plane.addRun({ task: 'write' });
  await house.startWorker();
  await house.until(() => gone);
  await house.startApi();
  expect(await house.ended(run)).toMatchObject({ state: 'finished', outcome: 'Done.' });
  expect(house.data.effects.length).toBe(1);
});

test(verifies('agent.stop-ends-the-workflow', 'a stopped run asks nothing of model or sandbox any more'), async () => {
  const house = await House.open();
  const hold = Promise.withResolvers<void>();
  house.data.tools = { 'file.write': () => 'written' };
  house.script = async () => {
    await hold.promise;
    return write;
  };
  const run = house.plane.addRun({ task: 'write' });
  const worker = await house.startWorker();
  await house.until(() => house.modelRequests === 1);
  house.plane.move(run.id, 'stopped', { outcome: 'Stopped by a person.' });
  house.script = () => done;
  // Runs that come later show that the worker lives, has looked, and had time to do what it must not do.
  await house.ended(house.plane.addRun({ task: 'another' }));
  hold.resolve();
  await house.ended(house.plane.addRun({ task: 'and another' }));
  expect(house.plane.run(run.id)).toMatchObject({ state: 'stopped', outcome: 'Stopped by a person.' });
  expect(house.data.attempts).toEqual([]);
  expect(house.modelRequests).toBe(3);
  expect(house.plane.entries(run.id, 'turn')).toEqual([]);
  worker.process.kill('SIGTERM');
  expect(await worker.exited).toEqual([0, null]);
  expect(worker.errors()).toBe('');
});

test(
  verifies('agent.lost-database-ends-the-process', 'a worker without database says so and ends, the next goes on'),
  async () => {
    const house = await House.open();
    const gone = Promise.withResolvers<void>();
    house.data.tools = { 'file.write': () => 'written' };
    house.script = async (request) => {
      const answer = await inOrder(write, done)(request);
      // Holds the second turn until the database is gone.
      if (answer === done) await gone.promise;
      return answer;
    };
    const run = house.plane.addRun({ task: 'write' });
    const first = await house.startWorker();
    await house.until(() => house.modelRequests === 2);
    await cutConnections(house.database);
    const [code] = await first.exited;
    expect(code).toBe(1);
    expect(first.errors()).toContain('worker: The worker lost the database.\n');
    gone.resolve();
    await house.startWorker();
    expect(await house.ended(run)).toMatchObject({ state: 'finished', outcome: 'Done.' });
    expect(house.data.effects.length).toBe(1);
  },
);

test(verifies('agent.orphan-ends', 'a worker whose manager is gone ends'), async () => {
  const house = await House.open();
  const worker = await house.startWorker();
  worker.manager.destroy();
  const [code] = await worker.exited;
  expect(code).toBe(1);
  expect(worker.errors()).toBe('worker: The service manager is gone.\n');
});
