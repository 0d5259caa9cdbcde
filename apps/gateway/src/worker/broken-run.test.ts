import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { House } from './testing/house.ts';
import { inOrder } from './testing/scripted-model.ts';

const write = { calls: [{ tool: 'file_write', arguments: { path: 'b.txt', content: 'hello' } }] };

test(
  verifies('agent.broken-run-ends', 'a run whose journal cannot be gone on with ends with a sentence and no sandbox'),
  async () => {
    const house = await House.open();
    house.data.tools = { 'file.write': () => 'written' };
    const hold = Promise.withResolvers<void>();
    house.script = async (request) => {
      // The second turn never ends: the worker dies while it waits.
      if (house.modelRequests > 1) await hold.promise;
      return inOrder(write)(request);
    };
    const run = house.plane.addRun({ task: 'write' });
    await house.startWorker();
    await house.until(() => house.modelRequests === 2);
    await house.killWorker();
    // What the journal points at is not what it was.
    for (const blob of house.plane.blobs.keys()) house.plane.blobs.set(blob, '{}');
    await house.startWorker();
    const ended = await house.ended(run);
    expect(ended).toMatchObject({ state: 'failed', outcome: expect.stringContaining('broke off inside Clawhold') });
    expect(house.data.closed).toEqual([run.id]);
    expect(house.data.effects).toHaveLength(1);
    hold.resolve();
  },
);

test(
  verifies(
    'agent.model-failure-is-a-sentence',
    'a model server that dies in the middle ends the run, and the session goes on',
  ),
  async () => {
    const house = await House.open();
    house.data.tools = { 'file.write': () => 'written' };
    let isDead = false;
    house.script = (request) => {
      if (isDead) throw new Error('the server died');
      isDead = true;
      return inOrder(write)(request);
    };
    const run = house.plane.addRun({ task: 'write b.txt' });
    await house.startWorker();
    const ended = await house.ended(run);
    expect(ended).toMatchObject({ state: 'failed', outcome: expect.stringMatching(/^[A-Z][^.]*model server[^.]*\.$/) });
    expect(house.data.closed).toEqual([run.id]);

    const seen: string[] = [];
    house.script = (request) => {
      seen.push(...request.messages.map(({ content }) => content ?? ''));
      return { text: 'I know what was done.' };
    };
    const next = house.plane.addRun({ task: 'go on', session: run.session });
    expect((await house.ended(next)).state).toBe('finished');
    expect(seen).toContain('write b.txt');
    expect(seen).toContain('written');
    expect(house.data.effects).toHaveLength(1);
  },
);
