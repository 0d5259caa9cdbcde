import { expect, test } from 'vitest';
import { House } from './testing/house.ts';
import { inOrder } from './testing/scripted-model.ts';

test('a worker takes up a run, carries out its calls and finishes it', async () => {
  const house = await House.open();
  house.data.tools = { 'file.list': () => 'a.txt', 'file.write': () => 'written' };
  house.script = inOrder(
    { text: 'I look first.', calls: [{ tool: 'file_list', arguments: {} }] },
    { calls: [{ tool: 'file_write', arguments: { path: 'b.txt', content: 'hello' } }] },
    {
      calls: [
        {
          tool: 'task_complete',
          arguments: { summary: 'Wrote b.txt.', checks: [{ demand: 'b.txt', evidence: 'ls' }] },
        },
      ],
    },
  );
  const run = house.plane.addRun({ task: 'write b.txt' });
  const worker = await house.startWorker();
  expect(worker.readiness.kind).toBe('ready');
  const ended = await house.ended(run);
  expect(ended).toMatchObject({ state: 'finished', outcome: 'Wrote b.txt.', usage: { turns: 3, inputTokens: 300 } });
  expect(house.data.effects.map(({ call }) => call.tool)).toEqual(['file.list', 'file.write']);
  expect(house.data.closed).toEqual([run.id]);
});
