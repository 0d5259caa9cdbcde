import { limits } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { runAgent } from './agent.ts';
import { Spending } from './spending.ts';
import { assignment, complete, ScriptedHost } from './testing/scripted-host.ts';

const read = (path: string): readonly [string, unknown] => ['file_read', { path }];
const write: readonly [string, unknown] = ['file_write', { path: 'a', content: 'b' }];

test(verifies('agent.parallel-reads', 'reads run together, effects alone and in order'), async () => {
  const many = Array.from({ length: limits.parallelSteps + 1 }, (_, index) => read(String(index)));
  const post = ['http_fetch', { url: 'http://a.example/', method: 'POST' }] as const;
  const get = ['http_fetch', { url: 'http://a.example/' }] as const;
  const host = new ScriptedHost([{ calls: [...many, write, read('x'), get, post, read('y')] }, complete]);
  await runAgent(host, assignment(), new Spending({}));
  expect(host.ran).toEqual([
    Array(limits.parallelSteps).fill('file.read'),
    ['file.read'],
    ['file.write'],
    ['file.read', 'http.fetch'],
    ['http.fetch'],
    ['file.read'],
  ]);
});

test(verifies('agent.plan', 'each new plan is shown, and the model reads it back'), async () => {
  const items = [{ title: 'look', state: 'active' as const }];
  const done = [{ title: 'look', state: 'done' as const }];
  const host = new ScriptedHost([
    { calls: [['plan_update', { items }]] },
    { calls: [['plan_update', { items: done }]] },
    complete,
  ]);
  const { ending } = await runAgent(host, assignment(), new Spending({}));
  expect(host.bodies('plan').map((body) => body.items)).toEqual([items, done]);
  expect(JSON.stringify(host.questions[1]?.conversation)).toContain('- [active] look');
  expect(ending).toEqual({ kind: 'finished', outcome: 'Done.', selfCheck: 'met' });
});

test(verifies('agent.malformed-calls-bounded', 'a malformed call is answered, not carried out'), async () => {
  const host = new ScriptedHost([{ calls: [['file_read', { path: 3 }]] }, { calls: [['rm_rf', {}]] }, complete]);
  const { ending } = await runAgent(host, assignment(), new Spending({}));
  expect(host.ran).toEqual([]);
  const told = host.remembered.flatMap((entry) => (entry.kind === 'turn' ? entry.results.map(({ text }) => text) : []));
  expect(told[0]).toContain('path');
  expect(told[1]).toContain('There is no tool "rm_rf"');
  expect(ending.kind).toBe('finished');
});

test(verifies('agent.malformed-calls-bounded', 'three such turns in a row end the run with a sentence'), async () => {
  const host = new ScriptedHost([{ calls: [['file_read', '{"path": ']] }]);
  const { ending } = await runAgent(host, assignment(), new Spending({}));
  expect(host.questions.length).toBe(3);
  expect(ending).toEqual({
    kind: 'failed',
    outcome:
      'The model sent malformed tool calls 3 times in a row; the last: The arguments of this call are not a JSON object.',
  });
});

test(verifies('agent.malformed-calls-bounded', 'a good turn in between begins the count anew'), async () => {
  const bad = { calls: [['nothing', {}]] } as const;
  const host = new ScriptedHost([bad, bad, { calls: [read('a')] }, bad, bad, complete]);
  const { ending } = await runAgent(host, assignment(), new Spending({}));
  expect(ending.kind).toBe('finished');
});

test('empty and cut answers are told apart and bounded', async () => {
  const host = new ScriptedHost([{ text: '' }, { text: 'half an ans', cut: true }, { text: '' }]);
  const { ending } = await runAgent(host, assignment(), new Spending({}));
  expect(ending).toEqual({ kind: 'failed', outcome: 'The model gave no usable answer 3 times in a row.' });
  expect(JSON.stringify(host.questions[2]?.conversation)).toContain('was cut off');
});

test(
  verifies('agent.plain-text-ends', 'plain text is answered once, then it is the end and not verified'),
  async () => {
    const host = new ScriptedHost([{ text: 'I am done.' }, { text: 'I said that I am done.' }]);
    const { ending } = await runAgent(host, assignment(), new Spending({}));
    expect(host.questions.length).toBe(2);
    expect(ending).toEqual({
      kind: 'finished',
      outcome: 'Not verified. The agent ended without checking its result.\nI said that I am done.',
      selfCheck: 'unverified',
    });
  },
);

test.each([
  ['turns', { turns: 4 }, { calls: [read('a')] }, 'The agent did not finish within 4 model turns.'],
  ['tokens', { tokens: 50 }, { calls: [read('a')], inputTokens: 20 }, 'within its budget of 50 tokens.'],
  ['seconds', { seconds: 2 }, { calls: [read('a')], milliseconds: 700 }, 'within 2 seconds of work.'],
])(
  verifies('agent.never-stops', 'a model that never stops is ended by its %s'),
  async (_, budgets, answer, sentence) => {
    const host = new ScriptedHost([answer]);
    const { ending } = await runAgent(host, assignment(), new Spending(budgets));
    expect(ending.kind).toBe('failed');
    expect(ending.outcome).toContain(sentence);
    expect(host.questions.length).toBeLessThan(6);
  },
);

test(verifies('agent.never-stops', 'no manifest raises a limit of the platform'), () => {
  const spending = new Spending({ turns: 10 ** 6, tokens: 10 ** 9, seconds: 10 ** 6 });
  expect(spending.remainingMilliseconds).toBe(limits.runSeconds * 1_000);
  spending.addTurn({ inputTokens: limits.runTokens, outputTokens: 0, milliseconds: 0 });
  expect(spending.exhausted).toContain(`${limits.runTokens} tokens`);
});

test(
  verifies('agent.unknown-step-shown', 'the same call is not made again, whatever the order of its arguments'),
  async () => {
    const host = new ScriptedHost([
      { calls: [['file_write', { path: 'a', content: 'b' }]] },
      { calls: [['file_write', { content: 'b', path: 'a' }]] },
      { calls: [['file_write', { path: 'a', content: 'other' }]] },
      complete,
    ]);
    host.outcome = () => ({ outcome: 'unknown', text: 'unknown' });
    await runAgent(host, assignment(), new Spending({}));
    expect(host.batches.map(([step]) => step?.call.arguments['content'])).toEqual(['b', 'other']);
  },
);

test('a failed model request ends the run with its sentence', async () => {
  const host = new ScriptedHost([{ failure: 'The model server is not there.' }]);
  const { ending } = await runAgent(host, assignment(), new Spending({}));
  expect(ending).toEqual({ kind: 'failed', outcome: 'The model server is not there.' });
});
