import { verifies } from '@clawhold/testkit';
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

test(verifies('agent.live-text', 'what a model writes is shown before it is recorded'), async () => {
  const house = await House.open();
  house.script = inOrder({ text: 'I look, and then I say what I saw.' }, { text: 'That was all.' });
  const recorded: number[] = [];
  const { boundary } = house;
  house.boundary = async (name) => {
    if (name.startsWith('after showDraft'))
      recorded.push(house.plane.timeline.filter(({ body }) => body.kind === 'turn').length);
    await boundary(name);
  };
  const run = house.plane.addRun({ task: 'say it' });
  await house.startWorker();
  await house.ended(run);
  const said = Map.groupBy(house.plane.drafts, ({ turn }) => turn);
  expect([...said.values()].map((parts) => parts.map(({ text }) => text).join(''))).toEqual([
    'I look, and then I say what I saw.',
    'That was all.',
  ]);
  expect(recorded[0]).toBe(0);
});

test(
  verifies('agent.run-carries-manifest', 'the worker offers the tools, and keeps the budget, of that manifest'),
  async () => {
    const house = await House.open();
    house.plane.manifest =
      'name: clerk\ndescription: d\ninstructions: ONLY LOOK\ntools: [file.read]\nbudgets: { turns: 2 }\n';
    house.data.tools = { 'file.read': () => 'words' };
    const offered = new Set<string>();
    house.script = ({ tools, messages }) => {
      for (const tool of tools ?? []) offered.add(tool.function.name);
      expect(messages[0]?.content).toContain('ONLY LOOK');
      return { calls: [{ tool: 'file_read', arguments: { path: `${messages.length}.txt` } }] };
    };
    const run = house.plane.addRun({ task: 'look', agent: 'clerk' });
    await house.startWorker();
    expect(await house.ended(run)).toMatchObject({
      state: 'failed',
      outcome: expect.stringContaining('2 model turns'),
    });
    expect([...offered].toSorted()).toEqual(['file_read', 'plan_update', 'task_complete']);
  },
);
